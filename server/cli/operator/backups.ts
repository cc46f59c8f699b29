/** Backups of the database: to any file, and to files in the data folder that are named by their time. */
import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataPaths } from '#data-folder/paths';
import { backUp } from '#store/backup';
import type { BackupRow } from '#web/operator/answers';
import type { FolderWork } from './folder-work.ts';

/** No other name is ever looked for: it cannot lead out of the folder. */
const NAME = /^backup-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-\d{1,3})?Z\.sqlite$/;

/** Copies the database to a new file. Resolves with the number of bytes. */
export async function backUpTo({ data, audit }: FolderWork, file: string): Promise<number> {
  await backUp(dataPaths(data).database, file);
  const { size } = await stat(file);
  await audit('operator.backup', file);
  return size;
}

/** Copies the database to a file in the folder of backups, which only the owner can read. */
export async function backUpByTime(work: FolderWork): Promise<BackupRow> {
  const { backups } = dataPaths(work.data);
  await mkdir(backups, { recursive: true, mode: 0o700 });
  await chmod(backups, 0o700);
  const made = Date.now();
  const name = `backup-${new Date(made).toISOString().replaceAll(/[:.]/g, '-')}.sqlite`;
  return { name, made, bytes: await backUpTo(work, join(backups, name)) };
}

/** The newest first. */
export async function backupRows(data: string): Promise<BackupRow[]> {
  const { backups } = dataPaths(data);
  const names = await readdir(backups).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const rows = names
    .filter((name) => NAME.test(name))
    .map(async (name) => {
      const { size: bytes, mtimeMs } = await stat(join(backups, name));
      return { name, bytes, made: Math.round(mtimeMs) };
    });
  return (await Promise.all(rows)).sort((a, b) => b.made - a.made);
}

/** The path of the backup of this name; `undefined` if there is none. */
export async function backupFile(data: string, name: string): Promise<string | undefined> {
  if (!NAME.test(name)) return undefined;
  const file = join(dataPaths(data).backups, name);
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? file : undefined;
}
