/** The bytes of a file or of standard input, chunk by chunk, as often as they are needed. */
import { closeSync, createReadStream, openSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { printable } from '#protocol/shown';
import { CHUNK, Spool, chunksFrom } from './spool.ts';

export const STANDARD_INPUT = '-';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'this account may not read it',
  EPERM: 'this account may not read it',
};

export interface FileBytes {
  /** The first reading; it must be finished before any other. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The same bytes again. Throws an `Error` for the user when they could not be kept. */
  again(): Iterable<Uint8Array>;
  /** How many bytes there are; `undefined` when that is unknown before the end. */
  readonly total: number | undefined;
  close(): void;
}

/** The file's name in messages, on one line and without control characters. */
export function nameOf(file: string): string {
  return file === STANDARD_INPUT ? 'standard input' : printable(file);
}

/** Rejects, as the chunks do, with an `Error` that names the file and what is wrong with it. */
export async function openBytes(file: string): Promise<FileBytes> {
  if (file === STANDARD_INPUT && process.stdin.isTTY) {
    throw new Error('standard input is the keyboard: give a file, or pipe a capture in');
  }
  const total = await sizeOf(file);
  if (total !== undefined)
    return { chunks: chunksOf(file), again: () => chunksAgain(file), total, close: () => undefined };
  // Standard input, a FIFO or a device gives its bytes only once.
  const spool = new Spool(nameOf(file));
  const chunks = spool.filledBy(chunksOf(file));
  return { chunks, again: () => spool.chunks(), total, close: () => spool.close() };
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  const stream = file === STANDARD_INPUT ? process.stdin : createReadStream(file, { highWaterMark: CHUNK });
  try {
    // Plain arrays: a part of a Node buffer is a Node buffer again, which costs several times as much.
    for await (const { buffer, byteOffset, length } of stream as AsyncIterable<Buffer>) {
      yield new Uint8Array(buffer, byteOffset, length);
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

function* chunksAgain(file: string): Generator<Uint8Array> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    yield* chunksFrom(descriptor);
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The text of a whole small file, such as one with keys. Rejects as `openBytes` does. */
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

function unreadable(file: string, error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new Error(`${nameOf(file)}: ${REASONS[code] ?? message}`, { cause: error });
}
