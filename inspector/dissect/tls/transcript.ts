/** The handshake messages of a connection as both sides hash them, and how often each side has changed its keys since. */
import { concat } from '#protocol/bytes';
import type { Direction } from '../model.ts';
import type { ClientHello, HandshakeFacts, ServerHello } from './messages/facts.ts';
import { HANDSHAKE_TYPE } from './names.ts';
import { type HashName, digest } from './schedule.ts';

export interface TranscriptMessage {
  readonly dir: Direction;
  readonly type: number;
  /** It asks for another client hello (RFC 8446 §4.1.4). */
  readonly retry: boolean;
  /** Header and body. */
  readonly bytes: Uint8Array;
  /** What it says, where it is a client's. */
  readonly clientHello?: ClientHello;
}

/** What is needed of a message. */
export type HeardMessage = Pick<HandshakeFacts, 'type' | 'bytes' | 'clientHello' | 'serverHello'>;

/** How many bytes of one handshake are remembered; certificate chains are most of them. */
const MAX_BYTES = 256 * 1024;
/** How many messages of one handshake are remembered; a long one has twenty. */
const MAX_MESSAGES = 200;
/** The handshake type that no message on the wire has, RFC 8446 §4. */
const MESSAGE_HASH = 254;

export class Transcript {
  readonly messages: TranscriptMessage[] = [];
  /** The hellos that count: after a HelloRetryRequest the second of the client. */
  client: ClientHello | undefined;
  server: ServerHello | undefined;
  /** KeyUpdates of each side, RFC 8446 §4.6.3. */
  readonly updates = { c2s: 0, s2c: 0 };
  #size = 0;
  /** True when no more is taken in: the handshake is over, or a part of it was not seen. */
  #closed = false;

  /** A message in the order of arrival. */
  add(dir: Direction, message: HeardMessage): void {
    const { type, bytes, clientHello, serverHello } = message;
    if (type === HANDSHAKE_TYPE.keyUpdate) this.updates[dir]++;
    if (this.#closed) return;
    this.#size += bytes.length;
    if (type < 0 || this.#size > MAX_BYTES || this.messages.length >= MAX_MESSAGES) return this.hole();
    this.#note(dir, message);
    const hello = dir === 'c2s' && clientHello ? { clientHello } : {};
    this.messages.push({ dir, type, retry: serverHello?.retry === true, bytes, ...hello });
    this.#closed = finishedIn(this.messages, 'c2s') >= 0 && finishedIn(this.messages, 's2c') >= 0;
  }

  /** The messages through the last client hello before any other answer than a retry; empty when none was seen. */
  get hellos(): readonly TranscriptMessage[] {
    const end = this.messages[1]?.retry ? 3 : 1;
    const hellos = this.messages.slice(0, end);
    return hellos.at(-1)?.clientHello ? hellos : [];
  }

  #note(dir: Direction, { clientHello, serverHello }: HeardMessage): void {
    if (dir === 'c2s' && clientHello) this.client = clientHello;
    if (dir === 's2c' && serverHello?.retry === false) this.server = serverHello;
  }

  /** Something that may have held messages could not be read: what comes later would have another hash. */
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

/** Tickets may come before a TLS 1.3 handshake is over, and no hash covers them or what changes keys. */
export function isHashed13({ type }: Pick<TranscriptMessage, 'type'>): boolean {
  return type !== HANDSHAKE_TYPE.newSessionTicket && type !== HANDSHAKE_TYPE.keyUpdate;
}

/** Header of the message that replaces the first client hello after a HelloRetryRequest, RFC 8446 §4.4.1. */
export function messageHashHeader(length: number): Uint8Array {
  return Uint8Array.of(MESSAGE_HASH, 0, 0, length);
}

/** Transcript-Hash of TLS 1.3 over these messages, RFC 8446 §4.4.1. */
export function transcriptHash(
  hash: HashName,
  messages: readonly Pick<TranscriptMessage, 'retry' | 'bytes'>[],
): Uint8Array {
  const parts = messages.map(({ bytes }) => bytes);
  const [first, ...others] = parts;
  if (!first || !messages[1]?.retry) return digest(hash, concat(parts));
  const hello = digest(hash, first);
  return digest(hash, concat([messageHashHeader(hello.length), hello, ...others]));
}
