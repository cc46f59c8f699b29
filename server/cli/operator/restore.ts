/** `wireglass restore`: replaces the database with a backup. The previous database is kept. */
import { randomBytes } from 'node:crypto';
import { copyFile, chmod, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { dataPaths } from '#data-folder/paths';
import { checkDatabase } from '#store/backup';
import { lockFolder } from '../folder-lock.ts';
import { auditLine } from './audit-line.ts';
import { CommandError, type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { printDone } from './output.ts';

/** SQLite's write-ahead log belongs to its database: without it the last commits are missing. */
const PARTS = ['', '-wal', '-shm'] as const;

export function register(program: Command): void {
  withDataOptions(program.command('restore <file>'))
    .description('replace the database with a backup; the server must not be running')
    .action(async (file: string, flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const backup = resolve(file);
      const unlock = await lockFolder(data);
      const { pending, aside } = await restored(backup, data).finally(unlock);
      printDone(
        [
          `The database was restored from ${backup}.`,
          ...(pending.length > 0 ? [`It was brought up to date: ${pending.join(', ')}.`] : []),
          aside === undefined ? 'There was none before.' : `The previous one is kept: ${aside}.`,
        ].join(' '),
        flags,
        { file: backup, before: aside ?? null, migrated: pending },
      );
    });
}

interface Restored {
  /** Migrations that brought the database up to date. */
  readonly pending: readonly string[];
  /** The new name of the database that was there. */
  readonly aside: string | undefined;
}

/** The folder must be locked: no server is running, and none starts in the meantime. */
async function restored(backup: string, data: string): Promise<Restored> {
  const pending = await checked(backup);
  const { database } = dataPaths(data);
  const copy = await copied(backup, database);
  const aside = await setAside(database);
  await rename(copy, database);
  const line = `${backup}${aside === undefined ? '' : `; before: ${aside}`}`;
  await auditLine(data, 'operator.restore', line);
  return { pending, aside };
}

async function checked(backup: string): Promise<readonly string[]> {
  const { problems, pending } = await checkDatabase(backup);
  if (problems.length > 0)
    throw new CommandError(`${backup} was not restored, and nothing was changed: ${problems.join('; ')}`);
  return pending;
}

/** Copies the backup next to the database, so that renaming puts it in place. It is private before it has any content. */
async function copied(backup: string, database: string): Promise<string> {
  const copy = `${database}.${randomBytes(6).toString('hex')}.partial`;
  try {
    await (await open(copy, 'wx', 0o600)).close();
    await copyFile(backup, copy);
    await chmod(copy, 0o600);
    const handle = await open(copy, 'r+');
    await handle.sync().finally(() => handle.close());
    return copy;
  } catch (error) {
    await rm(copy, { force: true });
    throw error;
  }
}

/** The new name of the database that was there; `undefined` when there was none. */
async function setAside(database: string): Promise<string | undefined> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const aside = `${database}.before-${stamp}Z`;
  let found = false;
  for (const part of PARTS) {
    const moved = await rename(`${database}${part}`, `${aside}${part}`).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    );
    found ||= moved;
  }
  const folder = await open(dirname(database), 'r');
  await folder.sync().finally(() => folder.close());
  return found ? aside : undefined;
}
