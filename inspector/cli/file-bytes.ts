/** The bytes of a file or of standard input, chunk by chunk, unpacked when they are gzip'd. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

export const STANDARD_INPUT = '-';

const CHUNK = 1024 * 1024;
const MAGIC_LENGTH = 6;
const GZIP = '1f8b';
/** Compressions that are told from their first bytes but not unpacked here. */
const OTHERS: Readonly<Record<string, string>> = {
  '28b52ffd': 'zstd',
  fd377a585a00: 'xz',
  '425a68': 'bzip2',
  '504b0304': 'zip',
  '04224d18': 'lz4',
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'it may not be read by this account',
  EPERM: 'it may not be read by this account',
};

export interface FileBytes {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes of the file, as far as they were read; packed ones count as they stand. */
  readonly read: () => number;
  /** `undefined` when nobody knows before the end. */
  readonly total: number | undefined;
}

/** How the file is called in messages. */
export function nameOf(file: string): string {
  return file === STANDARD_INPUT ? 'standard input' : file;
}

/**
 * The chunks reject with an `Error` that names the file and what to do. A gzip'd file that is cut off or damaged gives
 * what could be unpacked, and `warn` is told.
 */
export async function openBytes(file: string, warn: (text: string) => void): Promise<FileBytes> {
  if (file === STANDARD_INPUT && process.stdin.isTTY) {
    throw new Error('standard input is the keyboard: name a file, or pipe a capture in');
  }
  let read = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    const stream = file === STANDARD_INPUT ? process.stdin : createReadStream(file, { highWaterMark: CHUNK });
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        read += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  return { chunks: unpacked(file, counted(), warn), read: () => read, total: await sizeOf(file) };
}

/** A small file whole: keys. Rejects as `openBytes` does; `what` says what was expected of it. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  if (file === STANDARD_INPUT) return undefined;
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return found.isFile() ? found.size : undefined;
}

async function* unpacked(
  file: string,
  source: AsyncGenerator<Uint8Array>,
  warn: (text: string) => void,
): AsyncGenerator<Uint8Array> {
  const { first, rest } = await peek(source);
  const magic = Buffer.from(first.subarray(0, MAGIC_LENGTH)).toString('hex');
  const packed = Object.entries(OTHERS).find(([start]) => magic.startsWith(start))?.[1];
  if (packed !== undefined) {
    throw new Error(
      `${nameOf(file)}: it is packed with ${packed}; unpack it first (only gzip is read as it is)`,
    );
  }
  yield* magic.startsWith(GZIP) ? gunzipped(file, rest, warn) : rest;
}

/** The beginning, long enough to tell what it is, and everything (the beginning again) to go on with. */
async function peek(
  source: AsyncGenerator<Uint8Array>,
): Promise<{ first: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < MAGIC_LENGTH) {
    const next = await source.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    yield* source;
  };
  return { first, rest: rest() };
}

async function* gunzipped(
  file: string,
  source: AsyncGenerator<Uint8Array>,
  warn: (text: string) => void,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  // The errors of both come out of the loop below.
  pipeline(Readable.from(source), gunzip, () => undefined);
  let given = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      given += chunk.length;
      yield chunk;
    }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    const what =
      code === 'Z_BUF_ERROR' ? 'the gzip data is cut off' : `the gzip data is damaged (${message})`;
    if (given === 0) throw new Error(`${nameOf(file)}: ${what}; nothing of it can be read`, { cause: error });
    warn(`${what}; what stands before is shown`);
  }
}

function unreadable(file: string, error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new Error(`${nameOf(file)}: ${REASONS[code] ?? message}`, { cause: error });
}
