/** Handshake messages of one direction, put together from as many records as they take, and read into fields. */
import { readUint } from '#wire/bytes';
import { FieldReader } from '../field-reader.ts';
import type { Unit } from '../layer.ts';
import { showBytes } from '../show.ts';
import { type Piece, Splitter } from '../splitter.ts';
import { type ClientHello, type ServerHello, readClientHello, readServerHello } from './hello.ts';
import { HANDSHAKE_TYPE, HANDSHAKE_TYPES, nameIn } from './names.ts';

const HEADER_LENGTH = 4;
/** Bytes of one message; certificate chains are the longest ones. */
const MAX_MESSAGE = 256 * 1024;

/** What a message changes for the records behind it. */
export interface HandshakeFacts {
  readonly type: number;
  readonly clientHello?: ClientHello;
  readonly serverHello?: ServerHello;
}

const typeName = nameIn(HANDSHAKE_TYPES, 1);

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

  /** The next whole message. A client hello of TLS 1.2 and 1.3 look alike; other messages are read for `version`. */
  next(): { unit: Unit; facts: HandshakeFacts } | undefined {
    const piece = this.#splitter.next();
    return piece && readMessage(piece);
  }
}

function messageLength(header: Uint8Array): number | string {
  const length = readUint(header, 1, 3);
  if (length <= MAX_MESSAGE) return HEADER_LENGTH + length;
  return `a handshake message of ${length} bytes, at most ${MAX_MESSAGE} are read`;
}

function readMessage({ bytes, offset, fault }: Piece): { unit: Unit; facts: HandshakeFacts } {
  const type = bytes[0] as number;
  const base = { proto: 'tls-handshake' as const, bytes, offset, inner: [] };
  if (fault !== undefined) {
    return {
      unit: { ...base, title: 'bytes', state: 'malformed', reason: fault, fields: [] },
      facts: { type: -1 },
    };
  }
  let facts: HandshakeFacts = { type };
  const { fields, fault: misfit } = FieldReader.read(bytes, 0, (reader) => {
    reader.uint('type', 1, 'Which handshake message this is.', typeName);
    reader.uint('length', 3, 'Bytes of the message.');
    facts = readBody(type, reader);
  });
  const retry = facts.serverHello?.retry === true;
  return {
    unit: {
      ...base,
      title: retry ? 'hello_retry_request' : typeName(type),
      state: misfit === '' ? 'clear' : 'malformed',
      reason: misfit,
      fields,
    },
    facts,
  };
}

function readBody(type: number, reader: FieldReader): HandshakeFacts {
  if (type === HANDSHAKE_TYPE.clientHello) return { type, clientHello: readClientHello(reader) };
  if (type === HANDSHAKE_TYPE.serverHello) return { type, serverHello: readServerHello(reader) };
  if (type === HANDSHAKE_TYPE.keyUpdate) {
    reader.uint('request_update', 1, '01: the other side is asked to change its key too.');
  } else if (reader.left > 0) {
    reader.raw('body', reader.left, BODY_NOTES[type] ?? 'Content of the message.', showBytes);
  }
  return { type };
}

const BODY_NOTES: Readonly<Record<number, string>> = {
  4: 'A ticket to take this session up again later.',
  8: 'The server’s answers to extensions that need not be in the clear.',
  11: 'The certificate chain, and proof of nothing until the signature is checked.',
  12: 'The server’s public key for the exchange, signed.',
  15: 'Signature over the handshake so far: the sender holds the certificate’s private key.',
  16: 'The client’s public key for the exchange.',
  20: 'A MAC over the whole handshake: nobody has changed any of it on its way.',
};
