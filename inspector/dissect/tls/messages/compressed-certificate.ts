/** CompressedCertificate (RFC 8879 §4): a Certificate message, compressed. */
import { Unzlib } from 'fflate';
import { concat } from '#wire/bytes';
import { bytes, dictionary, group, number } from '../../dictionary.ts';
import { FieldReader } from '../../field-reader.ts';
import type { Field } from '#wire/field';
import { COMPRESSIONS, nameIn } from '../names.ts';
import { CERTIFICATE, SOURCE as CERTIFICATE_SOURCE, readCertificates } from './certificate.ts';
import { type MessageContext, TLS13, message } from './contract.ts';
import type { MessageFacts } from './facts.ts';

const SOURCE = 'RFC 8879 §4';
const ZLIB = 1;
/** Bytes that one compressed byte may become; certificates hardly reach 3. */
const MAX_RATIO = 100;
/** Deflate makes at most about a thousand bytes of one: so many are taken before the cap is looked at. */
const STEP = 512;

export const compressedCertificate = message(
  { type: 25, source: SOURCE },
  {
    algorithm: number('How the message is compressed.'),
    uncompressed_length: number('Bytes of the message when it is decompressed.'),
    compressed_length: number('Bytes of the compressed message.'),
    compressed_certificate: group(
      'The Certificate message, compressed. Its fields are shown where the compressed bytes stand: none of them has bytes of its own here.',
      { ...dictionary(CERTIFICATE_SOURCE, CERTIFICATE), compressed: bytes('The compressed bytes.') },
    ),
  },
  (reader, F, context) => {
    const algorithm = reader.uint(F.algorithm, 2, nameIn(COMPRESSIONS, 2));
    const length = reader.uint(F.uncompressed_length, 3);
    const size = reader.uint(F.compressed_length, 3);
    let facts: MessageFacts = {};
    reader.part(F.compressed_certificate, size, (inside) => {
      if (algorithm !== ZLIB || size === 0) {
        if (size > 0) inside.rest(F.compressed_certificate.fields.compressed);
        return `${nameIn(COMPRESSIONS, 2)(algorithm)} is not decompressed here`;
      }
      return inside.handOver((all, start, end) => {
        const plain = inflate(all.subarray(start, end), length);
        if (typeof plain === 'string') return { fields: [], fault: plain, value: plain };
        const found = readPlain(plain, context);
        facts = found.facts;
        const fields = found.fields.map((field) => movedTo(field, start, end));
        const value = `${plain.length} bytes decompressed`;
        return found.fault === '' ? { fields, value } : { fields, value, fault: found.fault };
      });
    });
    return facts;
  },
);

function readPlain(
  plain: Uint8Array,
  { version = TLS13 }: MessageContext,
): { fields: Field[]; fault: string; facts: MessageFacts } {
  let facts: MessageFacts = {};
  const read = FieldReader.read(plain, CERTIFICATE_SOURCE, (reader) => {
    facts = readCertificates(reader, { version });
  });
  return { ...read, facts };
}

/** Exactly `length` bytes, or why there are none. */
function inflate(compressed: Uint8Array, length: number): Uint8Array | string {
  if (length > compressed.length * MAX_RATIO) {
    return `${length} bytes from ${compressed.length}: more than ${MAX_RATIO} to 1 is not decompressed here`;
  }
  const pieces: Uint8Array[] = [];
  let made = 0;
  try {
    const stream = new Unzlib((piece) => {
      pieces.push(piece);
      made += piece.length;
    });
    for (let at = 0; at < compressed.length && made <= length; at += STEP) {
      stream.push(compressed.subarray(at, at + STEP), at + STEP >= compressed.length);
    }
  } catch {
    return 'these bytes are not compressed with zlib';
  }
  return made === length
    ? concat(pieces)
    : `it decompresses to ${made > length ? 'more' : 'fewer'} than ${length} bytes`;
}

function movedTo(field: Field, start: number, end: number): Field {
  const children = field.children?.map((child) => movedTo(child, start, end));
  return { ...field, start, end, ...(children ? { children } : {}) };
}
