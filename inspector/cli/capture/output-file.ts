/** A file that appears under its name only when it is complete, and not at all if something goes wrong. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface OutputFile {
  /** Writes everything and gives the file its name. */
  finish(bytes: Uint8Array): Promise<void>;
  /** Leaves nothing behind. Does nothing after `finish`. */
  discard(): Promise<void>;
}

/**
 * Begins the file at `path`, so that a failure shows at once and not after an hour of waiting. Rejects with an `Error`
 * that says what to do when the file exists (unless `force`) or the folder cannot be written to.
 */
export async function beginFile(path: string, force: boolean): Promise<OutputFile> {
  if (!force && (await exists(path))) throw taken(path);
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  // A capture may contain secrets that open what other people sent.
  const file = await open(part, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(path, error);
  });
  return {
    finish: async (bytes) => {
      await write(file, bytes, path);
      // `link` fails if somebody else has made a file there meanwhile; `rename` would replace it.
      await (force ? rename(part, path) : link(part, path)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'EEXIST' ? taken(path) : unwritable(path, error);
      });
      await rm(part, { force: true });
    },
    discard: async () => {
      await file.close();
      await rm(part, { force: true });
    },
  };
}

async function write(file: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close();
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

function taken(path: string): Error {
  return new Error(`${path} already exists; choose another name, or replace it with --force`);
}

function unwritable(path: string, error: NodeJS.ErrnoException): Error {
  const why =
    {
      ENOENT: `there is no folder ${dirname(path)}`,
      ENOTDIR: `${dirname(path)} is not a folder`,
      EISDIR: 'there is a folder with this name',
      EACCES: `this account may not write to ${dirname(path)}`,
      EPERM: `this account may not write to ${dirname(path)}`,
      EROFS: `${dirname(path)} is read-only`,
      ENOSPC: 'the disk is full',
    }[error.code ?? ''] ?? error.message;
  return new Error(`cannot write ${path}: ${why}`, { cause: error });
}
