/** Copies of a database in use, and whether a file is a database that this program understands. */
import { randomBytes } from 'node:crypto';
import { access, link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openDatabase } from './database.ts';
import { STEP_NAMES } from './migrations/migrations.ts';

export interface DatabaseCheck {
  /** What is wrong, in words; empty if nothing is. */
  readonly problems: readonly string[];
  /** Migrations that have not been run yet: opening the database for writing runs them. */
  readonly pending: readonly string[];
}

/**
 * Copies the database as it is at one moment to a new file, while others write to it; only the owner may read the
 * copy. It gets its name once it is complete, checked and on the disk. Rejects, leaving nothing behind, when a file
 * with this name exists or the copying fails. The audit log's files are not included.
 */
export async function backUp(database: string, file: string): Promise<void> {
  const partial = `${file}.${randomBytes(6).toString('hex')}.partial`;
  try {
    await makeEmpty(partial);
    await copyInto(database, partial);
    const { problems } = await checkDatabase(partial);
    if (problems.length > 0) throw new Error(`the copy is damaged: ${problems.join('; ')}`);
    await syncToDisk(partial);
    // Unlike renaming, linking never replaces an existing file.
    await link(partial, file);
    await syncToDisk(dirname(file));
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = exists ? 'the file exists already' : (error as Error).message;
    throw new Error(`no backup was written to ${file}: ${why}`, { cause: error });
  } finally {
    await rm(partial, { force: true });
  }
}

/** Creates the file before SQLite writes to it, so that nobody else can ever read it. */
async function makeEmpty(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.chmod(0o600);
  } finally {
    await file.close();
  }
}

/**
 * Uses a connection of its own: it reads one state of the database, and writers do not wait for it. SQLite's backup
 * functions would start over with every commit.
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

/** Reads every page of the database, and the names of its migrations. Never rejects: a failure to read is a problem. */
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
          ...new Set(strays.map(({ table }) => `rows of ${table} refer to rows that do not exist`)),
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
