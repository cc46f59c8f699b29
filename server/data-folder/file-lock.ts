/**
 * A lock that only one program on this machine can hold at a time. SQLite takes it, on a small file that stays: its
 * locks are the operating system's own, on every platform, and end with the program that holds them, however that
 * ends. So there are no stale locks. The file also says which process holds the lock (`pragma user_version`).
 */
import { chmod } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Database } from 'sqlite3';

export interface FileLockOptions {
  /** Milliseconds to wait while another program holds it. */
  readonly patience: number;
  readonly signal?: AbortSignal | undefined;
}

/** Another program holds the lock. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  /** Id of the process that holds it; `undefined` if it has released it since. */
  readonly holder: number | undefined;

  constructor(file: string, holder: number | undefined) {
    super(
      `another program${holder === undefined ? '' : ` (process ${holder})`} has held ${file} for too long`,
    );
    this.holder = holder;
  }
}

/** Milliseconds between two attempts, at least; spread so that waiting programs do not all ask at once. */
const ATTEMPT_EVERY_MS = 15;

/** The file need not survive a power cut, and SQLite needs no second file next to it. */
const SETTINGS = ['journal_mode = memory', 'synchronous = off'] as const;

/**
 * Resolves with a function that releases the lock. Rejects with `LockedError` when patience ends, and also when the
 * signal aborts or the file cannot be a lock. The folder must exist.
 */
export async function lockFile(
  file: string,
  { patience, signal }: FileLockOptions,
): Promise<() => Promise<void>> {
  const database = await openDatabase(file);
  const until = performance.now() + patience;
  try {
    for (const setting of SETTINGS) await succeeds(database, `PRAGMA ${setting}`);
    // Anyone who can open the file could lock its owner out.
    await chmod(file, 0o600);
    while (!(await hasLocked(database))) {
      if (performance.now() > until) throw new LockedError(file, await lockHolder(file));
      await wait(ATTEMPT_EVERY_MS * (1 + Math.random()), undefined, { signal });
    }
    await sign(database);
    signal?.throwIfAborted();
  } catch (error) {
    await close(database);
    throw error;
  }
  return () => close(database);
}

/** Id of the process that holds the lock; `undefined` when nobody does, or there is no such file. */
export async function lockHolder(file: string): Promise<number | undefined> {
  const database = await openDatabase(file, 'readonly').catch(() => undefined);
  if (!database) return undefined;
  const free = await succeeds(database, 'PRAGMA user_version').finally(() => close(database));
  return free ? undefined : signature(file);
}

/**
 * `immutable` reads past the lock. An ordinary read of the file would not work: when a process closes any handle of a
 * file, POSIX releases all locks that the process has on it, and SQLite guards against that only for its own handles.
 */
async function signature(file: string): Promise<number | undefined> {
  const database = await openDatabase(`${pathToFileURL(resolve(file)).href}?immutable=1`, 'readonly');
  return new Promise<number | undefined>((done, failed) => {
    database.get<{ user_version: number }>('PRAGMA user_version', (error, row) => {
      if (error) failed(error);
      else done(row.user_version === 0 ? undefined : row.user_version);
    });
  }).finally(() => close(database));
}

async function openDatabase(file: string, mode: 'readonly' | 'create' = 'create'): Promise<Database> {
  // Loaded on demand: a client without an account does not need it.
  const { default: sqlite3 } = await import('sqlite3');
  const { OPEN_READONLY, OPEN_READWRITE, OPEN_CREATE, OPEN_URI } = sqlite3;
  const flags = mode === 'readonly' ? OPEN_READONLY | OPEN_URI : OPEN_READWRITE | OPEN_CREATE;
  return new Promise((opened, failed) => {
    const database = new sqlite3.Database(file, flags, (error) => {
      if (error) return failed(error);
      // `lockFile` does the waiting itself: there it can be cancelled, and takes none of the few threads.
      database.configure('busyTimeout', 0);
      opened(database);
    });
  });
}

/** False while another program holds it. */
function hasLocked(database: Database): Promise<boolean> {
  return succeeds(database, 'BEGIN EXCLUSIVE');
}

/** Writes down who holds the lock, and keeps the lock beyond the transaction that does so. */
async function sign(database: Database): Promise<void> {
  await succeeds(database, 'PRAGMA locking_mode = exclusive');
  await succeeds(database, `PRAGMA user_version = ${process.pid}`);
  await succeeds(database, 'COMMIT');
}

/** False while another program holds the file. */
function succeeds(database: Database, statement: string): Promise<boolean> {
  return new Promise((done, failed) => {
    database.run(statement, (error: NodeJS.ErrnoException | null) => {
      if (error && error.code !== 'SQLITE_BUSY') failed(error);
      else done(!error);
    });
  });
}

/** Closing the database releases the lock. */
function close(database: Database): Promise<void> {
  return new Promise((resolve) => database.close(() => resolve()));
}
