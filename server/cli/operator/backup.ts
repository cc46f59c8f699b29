/** `wireglass backup`: copies the database, whether or not a server is running. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { dataPaths } from '#data-folder/paths';
import { backUpByTime, backUpTo } from './backups.ts';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { ownWork } from './folder-work.ts';
import { formatBytes } from './format.ts';
import { printDone } from './output.ts';

const NOT_IN_IT = 'It does not include keys, certificates and tokens, which are files in the data folder.';

export function register(program: Command): void {
  withDataOptions(program.command('backup [file]'))
    .description('copy the database to a new file, whether or not the server is running, and check the copy')
    .action(async (given: string | undefined, flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const { file, bytes } = await copy(data, given);
      printDone(`${file} is a complete copy of the database (${formatBytes(bytes)}). ${NOT_IN_IT}`, flags, {
        file,
        bytes,
      });
    });
}

/** Without a file, to one in the data folder that is named by the time. */
async function copy(
  data: string,
  given: string | undefined,
): Promise<{ readonly file: string; readonly bytes: number }> {
  const work = ownWork(data);
  if (given === undefined) {
    const { name, bytes } = await backUpByTime(work);
    return { file: join(dataPaths(data).backups, name), bytes };
  }
  const file = resolve(given);
  return { file, bytes: await backUpTo(work, file) };
}
