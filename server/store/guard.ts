/**
 * Lets nothing count as stored that nobody would find again: before and after each change the open files of the database
 * are compared with what lies in their place. Once they differ, every change is refused, and what was stored before is
 * brought to safety, for the open files may be the last that know of it.
 */
import { open, rm } from 'node:fs/promises';
import type { Knex } from 'knex';
import { DisplacedError, Presence } from './presence.ts';

/** Milliseconds between two looks, so that the fault is noticed although nobody says anything. */
const LOOK_EVERY_MS = 2_000;

export interface GuardOptions {
  readonly database: string;
  /** Further files that have to stay in their place. */
  readonly beside: readonly string[];
  /** The command that puts a copy back in place of the database. */
  readonly restoring?: ((copy: string) => string) | undefined;
  /** Told once of each fault, and of its end, in sentences for the log. Without it nobody looks between two changes. */
  readonly tell?: ((text: string) => void) | undefined;
}

export class Guard {
  readonly #db: Knex;
  readonly #options: GuardOptions;
  readonly #presence: Presence;
  readonly #timer: NodeJS.Timeout | undefined;
  #told: string | undefined;
  #rescue: Promise<void> | undefined;

  /** The database is open, and has been read from: SQLite's side files are there. */
  constructor(db: Knex, options: GuardOptions) {
    const { database, beside, tell } = options;
    this.#db = db;
    this.#options = options;
    this.#presence = new Presence([database, `${database}-wal`, `${database}-shm`, ...beside]);
    this.#timer = tell && setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Runs a change. Rejects with `DisplacedError` when it would not be found again. */
  async change<T>(run: () => Promise<T>): Promise<T> {
    this.#check();
    const result = await run();
    this.#check();
    return result;
  }

  /** What is wrong, in words; `undefined` when all is well. */
  look(): string | undefined {
    const flaw = this.#presence.flaw();
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

  #report(flaw: ReturnType<Presence['flaw']>): void {
    const { database, tell = () => undefined } = this.#options;
    this.#told = flaw?.what;
    if (!flaw) return tell(`the files of ${database} are in their place again: changes are stored`);
    tell(`${flaw.what} while the server had it open: nothing is stored any more, every change is refused`);
    this.#rescue ??= this.#bringToSafety(flaw.file === database).then(tell, (error: unknown) =>
      tell(`what was stored before could not be brought to safety: ${(error as Error).message}`),
    );
  }

  /** Gives what to do now. */
  async #bringToSafety(displaced: boolean): Promise<string> {
    // Commits of late are in SQLite's log of them alone: from here on they are in the database too.
    await this.#db.raw('pragma wal_checkpoint(truncate)');
    if (!displaced) return 'everything that was stored before is in the database; restart the server';
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const { database, restoring = (file) => `restore ${file}` } = this.#options;
    const copy = `${database}.rescued-${stamp}Z`;
    await copyInto(this.#db, copy);
    return (
      `everything that was stored before is kept in ${copy}; ` +
      `stop the server, then put it back (${restoring(copy)}), or restart to go on with what lies there now`
    );
  }
}

/** Only the owner may read the copy. Leaves nothing behind when it does not turn out well. */
async function copyInto(db: Knex, file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    await db.raw('vacuum into ?', [file]);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
