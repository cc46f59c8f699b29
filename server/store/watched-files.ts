/**
 * Checks whether the files that a program has open are still the ones at their paths. On most systems a file can be
 * deleted, moved away or replaced while it is open: the program goes on writing, and what it writes is lost. A file is
 * the same as before if its device and inode are (on Windows: volume and file index).
 */
import { type BigIntStats, statSync } from 'node:fs';

/** The files of the database are no longer in their place: whatever were stored now would be lost. */
export class DisplacedError extends Error {
  override readonly name = 'DisplacedError';
  /** The code by which `storeFailure` recognises it. */
  readonly code = 'ERR_DISPLACED';
}

export class WatchedFiles {
  readonly #files: ReadonlyMap<string, string>;

  /** Notes the identity of each file. Throws if one of the files is missing. */
  constructor(files: readonly string[]) {
    this.#files = new Map(files.map((file) => [file, identityOf(statSync(file, { bigint: true }))]));
  }

  /** The first file that is gone or replaced, and what happened to it, in words; `undefined` if all are in place. */
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
    // Synchronous rather than in a thread: it takes microseconds, and changes keep their order.
    return identityOf(statSync(file, { bigint: true }));
  } catch {
    return undefined;
  }
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
