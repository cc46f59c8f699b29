/**
 * Frames: a four-byte big-endian length and that many payload bytes. The channel below delivers bytes in
 * whatever pieces it likes; the decoder gives back whole payloads.
 */
import { ByteQueue } from './byte-queue.ts';
import { readUint, writeUint } from './bytes.ts';
import { RemoteProtocolError } from './errors.ts';
import type { Layout } from './layout.ts';
import { LIMITS } from './limits.ts';

export const FRAME_LAYOUT = [
  {
    name: 'length',
    kind: 'uint',
    size: 4,
    note: 'How many payload bytes follow, big-endian. TCP is a stream without boundaries, so the frame must say where it ends.',
    source: 'protocol.md §Frames',
  },
  {
    name: 'payload',
    kind: 'sized',
    length: 'length',
    shown: 'text',
    note: 'One message: JSON in UTF-8.',
    source: 'protocol.md §Frames',
  },
] as const satisfies Layout;

export const FRAME_HEADER_LENGTH = 4;

/** Length prefix and payload in one buffer. Throws `RangeError` above the cap: no frame of ours may be that long. */
export function encodeFrame(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  if (payload.length === 0 || payload.length > LIMITS.framePayload) {
    throw new RangeError(`a frame of ${payload.length} bytes cannot be sent`);
  }
  const frame = new Uint8Array(FRAME_HEADER_LENGTH + payload.length);
  writeUint(frame, 0, FRAME_HEADER_LENGTH, payload.length);
  frame.set(payload, FRAME_HEADER_LENGTH);
  return frame;
}

/**
 * Bytes in, payloads out, by `push` and then `next` until it gives `undefined`. Frames that were whole before a bad
 * length are still given; from then on every `next` throws, because a stream whose boundaries are lost cannot be found again.
 */
export class FrameDecoder {
  readonly #maxPayload: number;
  readonly #queue = new ByteQueue();

  constructor(maxPayload: number = LIMITS.framePayload) {
    this.#maxPayload = maxPayload;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /**
   * The next whole payload (a view of what was pushed where it can be), or `undefined` when more bytes are needed.
   * Throws `RemoteProtocolError` frame_too_large or frame_empty.
   */
  next(): Uint8Array | undefined {
    const header = this.#queue.peek(FRAME_HEADER_LENGTH);
    if (!header) return undefined;
    const length = this.#checked(readUint(header, 0, FRAME_HEADER_LENGTH));
    return this.#queue.take(FRAME_HEADER_LENGTH + length)?.subarray(FRAME_HEADER_LENGTH);
  }

  /** Bytes of an unfinished frame. */
  get pending(): number {
    return this.#queue.length;
  }

  /** The stream ended. Throws `RemoteProtocolError` frame_truncated when that was inside a frame. */
  end(): void {
    if (this.#queue.length === 0) return;
    throw new RemoteProtocolError('frame_truncated', {
      expected: 'the rest of a frame',
      got: `the end after ${this.#queue.length} of its bytes`,
    });
  }

  #checked(length: number): number {
    if (length === 0) throw new RemoteProtocolError('frame_empty', { expected: 'a length from 1', got: '0' });
    if (length <= this.#maxPayload) return length;
    throw new RemoteProtocolError('frame_too_large', {
      expected: `a length up to ${this.#maxPayload}`,
      got: String(length),
    });
  }
}
