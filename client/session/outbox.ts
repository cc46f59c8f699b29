/**
 * Outgoing requests: checked against the schemas of the protocol, given refs, and encoded as frames when they may be
 * sent.
 */
import * as v from 'valibot';
import { concat } from '#protocol/bytes';
import { LocalProtocolError } from '#protocol/errors';
import { encodeFrame } from '#protocol/frame';
import { LIMITS } from '#protocol/limits';
import { CLIENT_MESSAGES, encodeMessage } from '#protocol/messages';
import type { CommandQueue, Request, Sendable } from './commands.ts';

/** Bytes of frames that are sent as one piece, or a little more. */
const PIECE = 65_536;

export interface OutboxOptions {
  /** How many requests may be unanswered. */
  readonly cap: number;
  readonly refPrefix: string;
  /** Bytes that the length of each message is a multiple of: spaces after its JSON fill it up. Default 1: none. */
  readonly padTo?: number | undefined;
}

const SPACE = 0x20;

export class Outbox {
  readonly #commands: CommandQueue;
  readonly #options: OutboxOptions;
  #refCount = 0;

  constructor(commands: CommandQueue, options: OutboxOptions) {
    this.#commands = commands;
    this.#options = options;
  }

  /** Makes a ref that was not used before. */
  newRef(): string {
    this.#refCount += 1;
    return `${this.#options.refPrefix}-${this.#refCount}`;
  }

  /**
   * Returns the key of the request, under which its answer comes. Throws `LocalProtocolError` bad_message for what the
   * protocol does not allow, and `RangeError` when the outbox is full.
   */
  put(request: Request): number {
    const checked = v.safeParse(CLIENT_MESSAGES[request.type], request);
    if (!checked.success) {
      const [issue] = checked.issues;
      throw new LocalProtocolError('bad_message', `${v.getDotPath(issue) ?? request.type}: ${issue.message}`);
    }
    if (this.#commands.full)
      throw new RangeError(`${this.#options.cap} requests are already waiting for an answer`);
    return this.#commands.add(request).key;
  }

  /** About 64 KiB of frames to send now, or `undefined`. Call it until it returns `undefined`. */
  take(sends: () => Sendable): Uint8Array | undefined {
    const frames: Uint8Array[] = [];
    for (let size = 0; size < PIECE;) {
      const command = this.#commands.take(sends());
      if (!command) break;
      const frame = encodeFrame(padded(encodeMessage(command.message), this.#options.padTo ?? 1));
      frames.push(frame);
      size += frame.length;
    }
    return frames.length === 0 ? undefined : concat(frames);
  }
}

/** What stands in it is the same: JSON may end with spaces (RFC 8259 §2). Not filled beyond what a frame may hold. */
function padded(payload: Uint8Array, multiple: number): Uint8Array {
  const length = Math.min(Math.ceil(payload.length / multiple) * multiple, LIMITS.framePayload);
  if (length <= payload.length) return payload;
  const filled = new Uint8Array(length).fill(SPACE);
  filled.set(payload);
  return filled;
}
