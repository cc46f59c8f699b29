/**
 * Makes sure that nothing counts as stored if it would be lost: before and after each change, the open files of the
 * database are compared with the files at their paths. Once they differ, every change is refused, and everything stored
 * before is saved, because the open files may be the last to hold it.
 */
import { open, rm } from 'node:fs/promises';
import type { Knex } from 'knex';
import { DisplacedError, WatchedFiles } from './watched-files.ts';

/** Milliseconds between two checks, so that the fault is noticed even while nothing is being stored. */
export const LOOK_EVERY_MS = 2_000;

export interface GuardOptions {
  readonly database: string;
  /** Further files that must stay in their place. */
  readonly otherFiles: readonly string[];
  /** Returns the command that restores a copy of the database. */
  readonly restoring?: ((copy: string) => string) | undefined;
  /** Called once for each fault, and for its end, with sentences for the log. Without it, only changes are checked. */
  readonly tell?: ((text: string) => void) | undefined;
}

export class Guard {
  readonly #db: Knex;
  readonly #options: GuardOptions;
  readonly #watched: WatchedFiles;
  readonly #timer: NodeJS.Timeout | undefined;
  #told: string | undefined;
  #rescue: Promise<void> | undefined;

  /** The database must be open and have been read from, so that SQLite's side files exist. */
  constructor(db: Knex, options: GuardOptions) {
    const { database, otherFiles, tell } = options;
    this.#db = db;
    this.#options = options;
    this.#watched = new WatchedFiles([database, `${database}-wal`, `${database}-shm`, ...otherFiles]);
    this.#timer = tell && setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Runs a change. Rejects with `DisplacedError` if the change would be lost. */
  async change<T>(run: () => Promise<T>): Promise<T> {
    this.#check();
    const result = await run();
    this.#check();
    return result;
  }

  /** What is wrong, in words; `undefined` when all is well. */
  look(): string | undefined {
    const flaw = this.#watched.flaw();
    if (flaw?.what !== this.#told) this.#report(flaw);
    return flaw?.what;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#rescue;
  }

  #check(): void {
    const flaw = this.look();
    if (flaw !== undefined) throw new DisplacedError(`${flaw} while this program had it open`);
  }

  #report(flaw: ReturnType<WatchedFiles['flaw']>): void {
    const { database, tell = () => undefined } = this.#options;
    this.#told = flaw?.what;
    if (!flaw) return tell(`the files of ${database} are in their place again: changes are stored`);
    tell(
      `${flaw.what} while the server had it open: nothing is stored any more, and every change is refused`,
    );
    this.#rescue ??= this.#bringToSafety(flaw.file === database).then(tell, (error: unknown) =>
      tell(`what was stored before could not be saved: ${(error as Error).message}`),
    );
  }

  /** Resolves with what the operator can do now, in words. */
  async #bringToSafety(displaced: boolean): Promise<string> {
    // The latest commits are only in SQLite's write-ahead log: this moves them into the database.
    await this.#db.raw('pragma wal_checkpoint(truncate)');
    if (!displaced) return 'everything that was stored before is in the database; restart the server';
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const { database, restoring = (file) => `restore ${file}` } = this.#options;
    const copy = `${database}.rescued-${stamp}Z`;
    await copyInto(this.#db, copy);
    return (
      `everything that was stored before has been saved to ${copy}; ` +
      `stop the server, then restore it (${restoring(copy)}), or restart to continue with the files that are there now`
    );
  }
}

/** Only the owner may read the copy. Leaves nothing behind if it fails. */
async function copyInto(db: Knex, file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    await db.raw('vacuum into ?', [file]);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
