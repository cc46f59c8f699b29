/**
 * Whether the files that a program has open are still the ones in their place. On most systems a file can be deleted,
 * moved away or replaced while it is open: the program writes on, and nobody finds what it wrote. A file is the same as
 * before when device and inode are (on Windows: volume and file index).
 */
import { type BigIntStats, statSync } from 'node:fs';

/** The files of the database are not where they were: what would be stored now would be lost. */
export class DisplacedError extends Error {
  override readonly name = 'DisplacedError';
  /** By which `storeFailure` knows it. */
  readonly code = 'ERR_DISPLACED';
}

export class Presence {
  readonly #files: ReadonlyMap<string, string>;

  /** Notes what is there now. Throws when one of the files is missing. */
  constructor(files: readonly string[]) {
    this.#files = new Map(files.map((file) => [file, identityOf(statSync(file, { bigint: true }))]));
  }

  /** The first file that is gone or another one, and what happened to it, in words; `undefined` when all are there. */
  flaw(): { readonly file: string; readonly what: string } | undefined {
    for (const [file, identity] of this.#files) {
      const now = look(file);
      if (now === identity) continue;
      return { file, what: `${file} was ${now === undefined ? 'deleted or moved away' : 'replaced'}` };
    }
    return undefined;
  }
}

function look(file: string): string | undefined {
  try {
    // At once and not in a thread: it takes microseconds, and what is stored keeps its order.
    return identityOf(statSync(file, { bigint: true }));
  } catch {
    return undefined;
  }
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
