/** Handshake messages of one direction, put together from as many records as they take, and read into fields. */
import { readUint } from '#protocol/bytes';
import { dictionary, number } from '../fields/dictionary.ts';
import { FieldReader } from '../fields/field-reader.ts';
import type { Unit } from '../layer.ts';
import { type Piece, Splitter, type TooLong } from '../streams/splitter.ts';
import type { MessageContext } from './messages/contract.ts';
import type { HandshakeFacts, MessageFacts } from './messages/facts.ts';
import { messageOf } from './messages/index.ts';
import { keyExchangeOf } from './messages/key-exchange.ts';
import { HANDSHAKE_TYPES, nameIn } from './names.ts';

export type { HandshakeFacts } from './messages/facts.ts';

const HEADER_LENGTH = 4;
/** Bytes of one message; certificate chains are the longest ones. */
const MAX_MESSAGE = 256 * 1024;

/** Begins every message. */
export const HANDSHAKE_HEADER = dictionary('RFC 8446 §4', {
  type: number('Which handshake message this is.'),
  length: number('Bytes of the message after this header. It may span several records, or share one.'),
});

const typeName = nameIn(HANDSHAKE_TYPES, 1);

/** What the hellos have settled so far, as the session knows it. */
export interface Settled {
  readonly version?: number | undefined;
  readonly suite?: { readonly name: string } | undefined;
  /** What the Certificate message of this direction holds. */
  readonly certificateType?: number | undefined;
}

export class HandshakeStream {
  readonly #splitter = new Splitter(HEADER_LENGTH, messageLength);

  get pending(): number {
    return this.#splitter.pending;
  }

  /** Offset in this stream of what is pushed next. */
  get offset(): number {
    return this.#splitter.offset + this.#splitter.pending;
  }

  push(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
  }

  /** Bytes are missing: what was begun is cut short. */
  gap(): Unit[] {
    return this.#splitter.gap(0).map((piece) => readMessage(piece, {}).unit);
  }

  /** The next whole message, read in the shape that the hellos have settled. */
  next({ version, suite, certificateType }: Settled = {}): { unit: Unit; facts: HandshakeFacts } | undefined {
    const piece = this.#splitter.next();
    const keyExchange = suite && keyExchangeOf(suite.name);
    return piece && readMessage(piece, { version, keyExchange, certificateType });
  }
}

/** A longer message is skipped; those after it are read again. */
function messageLength(header: Uint8Array): number | TooLong {
  const length = readUint(header, 1, 3);
  if (length <= MAX_MESSAGE) return HEADER_LENGTH + length;
  const fault = `a handshake message of ${length} bytes is passed over: at most ${MAX_MESSAGE} are read`;
  return { length: HEADER_LENGTH + length, fault };
}

function readMessage(
  { bytes, offset, fault }: Piece,
  context: MessageContext,
): { unit: Unit; facts: HandshakeFacts } {
  const type = bytes[0] as number;
  const base = { proto: 'tls-handshake' as const, bytes, offset, inner: [] };
  if (fault !== undefined) {
    const unit = { ...base, title: 'bytes', state: 'malformed' as const, reason: fault, fields: [] };
    return { unit, facts: { type: -1, bytes } };
  }
  const { facts, fields, fault: misfit } = readFields(bytes, type, context);
  const title = facts.serverHello?.retry ? 'hello_retry_request' : typeName(type);
  const state = misfit === '' ? 'clear' : 'malformed';
  return { unit: { ...base, title, state, reason: misfit, fields }, facts: { ...facts, type, bytes } };
}

function readFields(
  bytes: Uint8Array,
  type: number,
  context: MessageContext,
): { facts: MessageFacts } & ReturnType<typeof FieldReader.read> {
  const message = messageOf(type);
  let facts: MessageFacts = {};
  const read = FieldReader.read(bytes, message.source, (reader) => {
    reader.uint(HANDSHAKE_HEADER.type, 1, typeName);
    reader.uint(HANDSHAKE_HEADER.length, 3);
    facts = message.read(reader, context);
  });
  return { facts, ...read };
}
