/**
 * Only one program at a time writes to a data folder: a server, or a command while no server is running. The lock ends
 * with its program, even after `kill -9`, so there is nothing to clean up.
 */
import { join } from 'node:path';
import { LockedError, lockFile, lockHolder } from '#data-folder/file-lock';

/** Milliseconds to wait for a running command, or for a server that has just been killed. */
const PATIENCE_MS = 5_000;

export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

export function lockPath(data: string): string {
  return join(data, 'server.lock');
}

/** Resolves with a function that unlocks the folder. Rejects with `FolderInUseError`, naming the process, if it is in use. */
export async function lockFolder(data: string): Promise<() => Promise<void>> {
  try {
    return await lockFile(lockPath(data), { patience: PATIENCE_MS });
  } catch (error) {
    if (!(error instanceof LockedError)) throw unusable(data, error as Error);
    const holder = error.holder === undefined ? 'another process' : `process ${error.holder}`;
    throw new FolderInUseError(
      `${data} is in use by ${holder} (a server, or a command that changes something there); ` +
        `stop that first, or name another folder with --data`,
      { cause: error },
    );
  }
}

/** Id of the process, a server or a writing command, that has locked this folder. */
export function folderHolder(data: string): Promise<number | undefined> {
  return lockHolder(lockPath(data));
}

function unusable(data: string, { message }: Error): Error {
  const file = lockPath(data);
  return new Error(
    `${file} cannot be used as a lock (${message}); remove it while no server is running on ${data}`,
  );
}
