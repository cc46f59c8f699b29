/** Copies of a database in use, and whether a file is a database that this program understands. */
import { randomBytes } from 'node:crypto';
import { access, link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openDatabase } from './database.ts';
import { STEP_NAMES } from './migrations/migrations.ts';

export interface DatabaseCheck {
  /** What is wrong, in words; empty when nothing is. */
  readonly problems: readonly string[];
  /** Steps of the database's shape that are still to be done: opening it for writing does them. */
  readonly pending: readonly string[];
}

/**
 * Copies the database to a new file as it is at one moment, while others write to it; only the owner may read the
 * copy. It gets its name when it is whole, checked and on the disk. Rejects, leaving nothing behind, when there is a
 * file of this name already or the copy did not turn out well. The audit log's files are not part of it.
 */
export async function backUp(database: string, file: string): Promise<void> {
  const partial = `${file}.${randomBytes(6).toString('hex')}.partial`;
  try {
    await makeEmpty(partial);
    await copyInto(database, partial);
    const { problems } = await checkDatabase(partial);
    if (problems.length > 0) throw new Error(`the copy is damaged: ${problems.join('; ')}`);
    await syncToDisk(partial);
    // Unlike a renaming, a link never replaces what is there.
    await link(partial, file);
    await syncToDisk(dirname(file));
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = exists ? 'there is such a file already' : (error as Error).message;
    throw new Error(`no backup was made to ${file}: ${why}`, { cause: error });
  } finally {
    await rm(partial, { force: true });
  }
}

/** Before SQLite writes to it, so that nobody else can ever read it. */
async function makeEmpty(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.chmod(0o600);
  } finally {
    await file.close();
  }
}

/**
 * On a connection of its own: it reads one state of the database, and those who write do not wait for it. SQLite's
 * backup functions would begin anew with every commit.
 */
async function copyInto(database: string, file: string): Promise<void> {
  const source = await openDatabase(database, { readOnly: true });
  try {
    await source.raw('vacuum into ?', [file]);
  } finally {
    await source.destroy();
  }
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Reads every page of the database, and the names of its steps. Never rejects: what cannot be read is a problem. */
export async function checkDatabase(file: string): Promise<DatabaseCheck> {
  try {
    await access(file);
    const db = await openDatabase(file, { readOnly: true });
    try {
      const faults = await db.raw<{ integrity_check: string }[]>('pragma integrity_check');
      const strays = await db.raw<{ table: string }[]>('pragma foreign_key_check');
      const steps: { name: string }[] = await db('knex_migrations').orderBy('id').select('name');
      return {
        problems: [
          ...faults.map(({ integrity_check: fault }) => fault).filter((fault) => fault !== 'ok'),
          ...new Set(strays.map(({ table }) => `rows of ${table} belong to nothing`)),
          ...unknownSteps(steps.map(({ name }) => name)),
        ],
        pending: STEP_NAMES.slice(steps.length),
      };
    } finally {
      await db.destroy();
    }
  } catch (error) {
    return { problems: [(error as Error).message], pending: [] };
  }
}

function unknownSteps(names: readonly string[]): string[] {
  const unknown = names.find((name, at) => name !== STEP_NAMES[at]);
  return unknown === undefined ? [] : [`made by another version of this program: ${unknown} is unknown here`];
}
