/** What a failure of the database means: a fault of the disk, another process, or a bug in Wireglass. */
import type { ErrorCode } from '#protocol/errors';

/** The store cannot do this now, but may be able to later. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError';
}

/**
 * Primary result codes of SQLite (https://sqlite.org/rescode.html) that are faults of the machine. IOERR and CANTOPEN are
 * among them: a full or read-only disk shows as FULL or READONLY only where SQLite is the first to notice; where the
 * kernel refuses (ENOSPC for a side file, EROFS after a fault) it is an input/output error.
 */
const MEANINGS: Readonly<Record<string, ErrorCode>> = {
  SQLITE_FULL: 'read_only',
  SQLITE_READONLY: 'read_only',
  SQLITE_IOERR: 'read_only',
  SQLITE_CANTOPEN: 'read_only',
  SQLITE_PERM: 'read_only',
  SQLITE_BUSY: 'busy',
  SQLITE_LOCKED: 'busy',
  // The code of `DisplacedError`: files were moved away or replaced.
  ERR_DISPLACED: 'read_only',
};

/** What a client is told: `read_only` or `busy` if the machine is at fault; `undefined` if Wireglass is. */
export function storeFailure(error: unknown): ErrorCode | undefined {
  if (error instanceof StoreBusyError) return 'busy';
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'KnexTimeoutError') return 'busy';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
}
