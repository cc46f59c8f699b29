/** `wireglass backup`: a copy of the database, with a server running or not. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dataPaths } from '#client/data-paths';
import { backUp } from '#store/backup';
import { auditLine } from './audit-line.ts';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatBytes } from './format.ts';
import { printDone } from './output.ts';

const NOT_IN_IT = 'Keys, certificates and tokens are not in it: they are files of the data folder.';

export function register(program: Command): void {
  withDataOptions(program.command('backup <file>'))
    .description('copy the database to a new file, while the server runs or not, and check the copy')
    .action(async (file: string, flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const target = resolve(file);
      await backUp(dataPaths(data).database, target);
      const { size: bytes } = await stat(target);
      await auditLine(data, 'operator.backup', target);
      printDone(`${target} is a whole copy of the database (${formatBytes(bytes)}). ${NOT_IN_IT}`, flags, {
        file: target,
        bytes,
      });
    });
}
