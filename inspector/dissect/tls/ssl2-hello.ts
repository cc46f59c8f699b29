/**
 * The client hello in the format of SSL 2.0, in which a client offers versions from SSL 3.0 to TLS 1.2 to a
 * server that may know only SSL 2.0 (RFC 5246 §E.2). It is the first thing that a client says. The answer is a
 * server hello of TLS.
 */
import { readUint } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import { bytes, dictionary, group, number } from '../fields/dictionary.ts';
import { FieldReader } from '../fields/field-reader.ts';
import type { Unit } from '../layer.ts';
import type { HandshakeFacts } from './messages/facts.ts';
import { HANDSHAKE_TYPE, VERSIONS, nameIn } from './names.ts';
import { tlsSuite } from './suites.ts';

const SOURCE = 'RFC 5246 §E.2';
/** The length, with its highest bit set: no padding follows. */
export const SSL2_HEADER_LENGTH = 2;
/** Bytes before the lists: type, version, and three lengths. */
const FIXED_LENGTH = 9;
const SPEC_LENGTH = 3;
const RANDOM_LENGTH = 32;
/** Shortest and longest challenge. */
const CHALLENGE = [16, 32] as const;
/** A longer hello would offer thousands of suites. */
const MAX_LENGTH = 4_096;

export const SSL2_RECORD = dictionary(SOURCE, {
  ssl2_length: number(
    'Bytes after this header, below a bit that is always set. Records of SSL 2.0 have neither type nor version.',
  ),
});

export const SSL2_HELLO = dictionary(SOURCE, {
  version: number('The highest version that the client offers.'),
  cipher_specs_length: number('Bytes of the list of cipher suites: three for each.'),
  session_id_length: number('Always 0: a client that resumes a session must use the hello of TLS.'),
  challenge_length: number('Bytes of the challenge, 16 to 32.'),
  cipher_specs: group('The suites that the client would accept.', {
    cipher_spec: number(
      'A cipher suite that the client would accept: one of TLS after a zero byte, otherwise one of SSL 2.0.',
    ),
  }),
  ssl2_session_id: bytes('Empty.'),
  challenge: bytes(
    'The client’s random bytes. With zeros before them, where there are fewer than 32, they are its client random.',
  ),
});

/** Whether a stream that begins with these bytes (eleven, or fewer) begins with such a hello; `undefined` if that is not clear yet. */
export function isSsl2Hello(start: Uint8Array): boolean | undefined {
  const may = BEGINNING.every((fits, i) => start[i] === undefined || fits(start[i]));
  if (!may) return false;
  if (start.length < SSL2_HEADER_LENGTH + FIXED_LENGTH) return undefined;
  const [specs, session, challenge] = [5, 7, 9].map((at) => readUint(start, at, 2)) as [
    number,
    number,
    number,
  ];
  const fits = ssl2RecordLength(start) === SSL2_HEADER_LENGTH + FIXED_LENGTH + specs + session + challenge;
  const sane = specs > 0 && specs % SPEC_LENGTH === 0 && session <= RANDOM_LENGTH;
  return fits && sane && challenge >= CHALLENGE[0] && challenge <= CHALLENGE[1];
}

/** What each of the first bytes may be: length, type and version. */
const BEGINNING: readonly ((byte: number) => boolean)[] = [
  (high) => (high & 0x80) !== 0,
  () => true,
  (type) => type === HANDSHAKE_TYPE.clientHello,
  (major) => major === 3,
  (minor) => minor <= 4,
];

/** Whole length of the record with this header; `undefined` where it is not one of SSL 2.0, or is too long. */
export function ssl2RecordLength(header: Uint8Array): number | undefined {
  const length = readUint(header, 0, SSL2_HEADER_LENGTH) - 0x8000;
  return length >= FIXED_LENGTH && length <= MAX_LENGTH ? SSL2_HEADER_LENGTH + length : undefined;
}

/** The message of a record. The part that is hashed with the rest of the handshake begins after the header. */
export function readSsl2Hello(record: Uint8Array): { unit: Unit; facts: HandshakeFacts } {
  const message = record.subarray(SSL2_HEADER_LENGTH);
  const suites: number[] = [];
  const random = new Uint8Array(RANDOM_LENGTH);
  let sessionId = message.subarray(0, 0);
  const { fields, fault } = FieldReader.read(message, SOURCE, (reader) => {
    const F = SSL2_HELLO;
    reader.uint(TYPE.type, 1, () => 'client_hello');
    reader.uint(F.version, 2, nameIn(VERSIONS, 2));
    const specs = reader.uint(F.cipher_specs_length, 2);
    const session = reader.uint(F.session_id_length, 2);
    const challenge = reader.uint(F.challenge_length, 2);
    reader.part(F.cipher_specs, specs, (list) => {
      list.each((one) => suites.push(one.uint(F.cipher_specs.fields.cipher_spec, SPEC_LENGTH, specName)));
      return counted(suites.length, 'suite');
    });
    sessionId = reader.raw(F.ssl2_session_id, session);
    const bytes = reader.raw(F.challenge, challenge).subarray(-RANDOM_LENGTH);
    random.set(bytes, RANDOM_LENGTH - bytes.length);
  });
  const tls = suites.filter((spec) => spec <= 0xffff);
  const clientHello = { random, sessionId, suites: tls, earlyData: false, extensions: {} };
  const facts = { type: HANDSHAKE_TYPE.clientHello, bytes: message };
  const state = fault === '' ? 'clear' : 'malformed';
  const shown = { proto: 'tls-handshake', title: 'client_hello', state, reason: fault } as const;
  return {
    unit: { ...shown, bytes: message, offset: 0, fields, inner: [] },
    facts: fault === '' ? { ...facts, clientHello } : { ...facts, type: -1 },
  };
}

const TYPE = dictionary(SOURCE, { type: number('Which handshake message this is.') });

function specName(spec: number): string {
  return spec <= 0xffff ? tlsSuite(spec).name : `SSL 2.0 suite 0x${spec.toString(16).padStart(6, '0')}`;
}
