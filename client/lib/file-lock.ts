/**
 * A lock that one program on this machine has at a time. SQLite takes it, on an empty file that stays: its locks are the
 * operating system's own, on every platform, and end with the program that has them, however that ends. So there is
 * no stale lock to recognise.
 */
import { chmod } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from 'sqlite3';

export interface FileLockOptions {
  /** Milliseconds to wait while another program has it. */
  readonly patience: number;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds between two attempts, at least; spread so that those who wait do not all ask at once. */
const ATTEMPT_EVERY_MS = 15;

/**
 * Resolves with what gives the lock back. Rejects when the signal aborts, when patience ends, and when the file cannot
 * be a lock; the folder must be there.
 */
export async function lockFile(
  file: string,
  { patience, signal }: FileLockOptions,
): Promise<() => Promise<void>> {
  const database = await openDatabase(file);
  const until = performance.now() + patience;
  try {
    // Whoever can open it could keep it from its owner.
    await chmod(file, 0o600);
    while (!(await hasLocked(database))) {
      if (performance.now() > until) throw new Error(`another program has had ${file} for too long`);
      await wait(ATTEMPT_EVERY_MS * (1 + Math.random()), undefined, { signal });
    }
    signal?.throwIfAborted();
  } catch (error) {
    await close(database);
    throw error;
  }
  return () => close(database);
}

async function openDatabase(file: string): Promise<Database> {
  // Loaded on demand: a client without an account has no use for it.
  const { default: sqlite3 } = await import('sqlite3');
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, (error) => {
      if (error) return reject(error);
      // Waiting is done here, where it can be called off and takes no thread of the few there are.
      database.configure('busyTimeout', 0);
      resolve(database);
    });
  });
}

/** False while another program has it. */
function hasLocked(database: Database): Promise<boolean> {
  return new Promise((resolve, reject) => {
    database.run('BEGIN EXCLUSIVE', (error: NodeJS.ErrnoException | null) => {
      if (error && error.code !== 'SQLITE_BUSY') reject(error);
      else resolve(!error);
    });
  });
}

/** The transaction that was begun ends with it, without a trace. */
function close(database: Database): Promise<void> {
  return new Promise((resolve) => database.close(() => resolve()));
}
