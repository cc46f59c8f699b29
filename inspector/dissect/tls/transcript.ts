/** The handshake messages of a connection as both sides hash them, and how often each side has changed its keys since. */
import type { Direction } from '../model.ts';
import type { ClientHello, HandshakeFacts, ServerHello } from './messages/facts.ts';
import { HANDSHAKE_TYPE } from './names.ts';

export interface TranscriptMessage {
  readonly dir: Direction;
  readonly type: number;
  /** It asks for another client hello (RFC 8446 §4.1.4). */
  readonly retry: boolean;
  /** Header and body. */
  readonly bytes: Uint8Array;
}

/** As much as is needed of a message. */
export type HeardMessage = Pick<HandshakeFacts, 'type' | 'bytes' | 'clientHello' | 'serverHello'>;

/** Bytes remembered of one handshake; certificate chains are the bulk of it. */
const MAX_BYTES = 256 * 1024;
/** Messages remembered of one handshake; a long one has twenty. */
const MAX_MESSAGES = 200;

export class Transcript {
  readonly messages: TranscriptMessage[] = [];
  /** The hellos that count: after a HelloRetryRequest the second of the client. */
  client: ClientHello | undefined;
  server: ServerHello | undefined;
  /** KeyUpdates of each side, RFC 8446 §4.6.3. */
  readonly updates = { c2s: 0, s2c: 0 };
  #size = 0;
  /** No more is taken in: the handshake is over, or a part of it was not seen. */
  #closed = false;

  /** A message in the order of arrival. */
  add(dir: Direction, message: HeardMessage): void {
    const { type, bytes, serverHello } = message;
    if (type === HANDSHAKE_TYPE.keyUpdate) this.updates[dir]++;
    if (this.#closed) return;
    this.#size += bytes.length;
    if (type < 0 || this.#size > MAX_BYTES || this.messages.length >= MAX_MESSAGES) return this.hole();
    this.#note(dir, message);
    this.messages.push({ dir, type, retry: serverHello?.retry === true, bytes });
    this.#closed = finishedIn(this.messages, 'c2s') >= 0 && finishedIn(this.messages, 's2c') >= 0;
  }

  #note(dir: Direction, { clientHello, serverHello }: HeardMessage): void {
    if (dir === 'c2s' && clientHello) this.client = clientHello;
    if (dir === 's2c' && serverHello?.retry === false) this.server = serverHello;
  }

  /** Something that may have held messages could not be read: what comes later has another hash. */
  hole(): void {
    this.#closed = true;
  }

  /** A record stayed sealed. Before its Finished a client may have sent early data, which no hash covers. */
  sealed(dir: Direction): void {
    if (dir === 's2c' || !this.client?.earlyData) this.hole();
  }
}

/** The place of this side's first Finished, or -1. */
export function finishedIn(messages: readonly TranscriptMessage[], dir: Direction): number {
  return messages.findIndex((message) => message.dir === dir && message.type === HANDSHAKE_TYPE.finished);
}
