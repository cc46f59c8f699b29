/** CompressedCertificate (RFC 8879 §4): a Certificate message, compressed. */
import { counted } from '#protocol/shown';
import {
  type FieldSpec,
  bytes,
  dictionary,
  faultField,
  fieldOf,
  group,
  number,
} from '../../fields/dictionary.ts';
import { FieldReader, type Reading } from '../../fields/field-reader.ts';
import type { Field } from '#protocol/field';
import { showBytes } from '../../fields/show.ts';
import { COMPRESSIONS, nameIn } from '../names.ts';
import { CERTIFICATE, SOURCE as CERTIFICATE_SOURCE, readCertificates } from './certificate.ts';
import { type MessageContext, TLS13, message } from './contract.ts';
import { type Decompressed, decompress } from './decompression.ts';

const SOURCE = 'RFC 8879 §4';

export const compressedCertificate = message(
  { type: 25, source: SOURCE },
  {
    algorithm: number('How the message is compressed.'),
    uncompressed_length: number('Bytes of the message when it is decompressed.'),
    compressed_length: number('Bytes of the compressed message.'),
    compressed_certificate: group(
      'The Certificate message, compressed. Its fields are shown where the compressed bytes are: none of them has bytes of its own here.',
      { ...dictionary(CERTIFICATE_SOURCE, CERTIFICATE), compressed: bytes('The compressed bytes.') },
    ),
  },
  (reader, F, context) => {
    const algorithm = reader.uint(F.algorithm, 2, nameIn(COMPRESSIONS, 2));
    const length = reader.uint(F.uncompressed_length, 3);
    const size = reader.uint(F.compressed_length, 3);
    reader.part(F.compressed_certificate, size, (inside) => {
      if (size === 0) return inside.fail('a compressed certificate of no bytes');
      return inside.handOver((all, start, end) => {
        const found = decompress(algorithm, all.subarray(start, end), length);
        if (!('plain' in found))
          return closed(F.compressed_certificate.fields.compressed, all, [start, end], found);
        const read = readPlain(found.plain, context);
        const fields = read.fields.map((field) => movedTo(field, start, end));
        const value = `${counted(found.plain.length, 'byte')} decompressed`;
        return read.fault === '' ? { fields, value } : { fields, value, fault: read.fault };
      });
    });
  },
);

/** The bytes as they are, and why they were not decompressed. */
function closed(
  spec: FieldSpec,
  all: Uint8Array,
  [start, end]: readonly [number, number],
  why: Exclude<Decompressed, { readonly plain: Uint8Array }>,
): Reading {
  const field = fieldOf(spec, showBytes(all.subarray(start, end)), [start, end]);
  if ('unread' in why) return { fields: [field], value: why.unread };
  const { fault } = why;
  return { fields: [field, faultField(fault, [end, end], SOURCE)], value: fault, fault };
}

function readPlain(
  plain: Uint8Array,
  { version = TLS13, ...context }: MessageContext,
): { fields: Field[]; fault: string } {
  return FieldReader.read(plain, CERTIFICATE_SOURCE, (reader) =>
    readCertificates(reader, { ...context, version }),
  );
}

function movedTo(field: Field, start: number, end: number): Field {
  const children = field.children?.map((child) => movedTo(child, start, end));
  return { ...field, start, end, ...(children ? { children } : {}) };
}
