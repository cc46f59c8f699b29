/** `wireglass backup`: copies the database, whether or not a server is running. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dataPaths } from '#data-folder/paths';
import { backUp } from '#store/backup';
import { auditLine } from './audit-line.ts';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatBytes } from './format.ts';
import { printDone } from './output.ts';

const NOT_IN_IT = 'It does not include keys, certificates and tokens, which are files in the data folder.';

export function register(program: Command): void {
  withDataOptions(program.command('backup <file>'))
    .description('copy the database to a new file, whether or not the server is running, and check the copy')
    .action(async (file: string, flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const target = resolve(file);
      await backUp(dataPaths(data).database, target);
      const { size: bytes } = await stat(target);
      await auditLine(data, 'operator.backup', target);
      printDone(`${target} is a complete copy of the database (${formatBytes(bytes)}). ${NOT_IN_IT}`, flags, {
        file: target,
        bytes,
      });
    });
}
