/** Keeps input that can be read only once, for reading it again: in memory, or in a file that nobody else can open. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes read at once. */
export const CHUNK = 256 * 1024;

export interface SpoolLimits {
  /** Bytes kept in memory; beyond this, everything goes into a temporary file. */
  readonly memory: number;
  /** Bytes kept in total. */
  readonly total: number;
}

export const SPOOL_LIMITS: SpoolLimits = { memory: 32 * 1024 ** 2, total: 16 * 1024 ** 3 };

export class Spool {
  readonly #name: string;
  readonly #limits: SpoolLimits;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #descriptor: number | undefined;
  /** Why not everything could be kept. */
  #fault: string | undefined;

  /** `name` is the name of the input in messages. */
  constructor(name: string, limits = SPOOL_LIMITS) {
    this.#name = name;
    this.#limits = limits;
  }

  /** Passes the chunks on, and keeps them. They must not be changed. */
  async *filledBy(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (this.#fault === undefined) this.#keep(chunk);
      yield chunk;
    }
  }

  /** The chunks that were kept. Throws an `Error` for the user when that is not everything. */
  *chunks(): Generator<Uint8Array> {
    if (this.#fault !== undefined) {
      throw new Error(
        `${this.#name}: ${this.#fault}, but it must be read twice; save it to a file and give that`,
      );
    }
    if (this.#descriptor !== undefined) yield* chunksFrom(this.#descriptor);
    yield* this.#pieces;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#giveUp('it is closed');
  }

  #keep(chunk: Uint8Array): void {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    if (this.#length > this.#limits.total)
      return this.#giveUp(`it has more than ${this.#limits.total} bytes`);
    if (this.#descriptor === undefined && this.#length <= this.#limits.memory) return;
    try {
      this.#descriptor ??= temporaryFile();
      for (const piece of this.#pieces) writeWhole(this.#descriptor, piece);
      this.#pieces = [];
    } catch (error) {
      this.#giveUp(`it cannot be kept in ${tmpdir()} (${(error as Error).message})`);
    }
  }

  #giveUp(fault: string): void {
    this.#fault = fault;
    this.#pieces = [];
  }
}

/** The bytes of an open file from its beginning, each chunk in a new array. */
export function* chunksFrom(descriptor: number): Generator<Uint8Array> {
  for (let at = 0; ;) {
    const chunk = new Uint8Array(CHUNK);
    const length = readSync(descriptor, chunk, 0, CHUNK, at);
    if (length === 0) return;
    yield length === CHUNK ? chunk : chunk.slice(0, length);
    at += length;
  }
}

/** A file without a name that only this process can read, and that disappears with it. */
function temporaryFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'wireglass-spool-'));
  try {
    return openSync(join(folder, 'capture'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}
