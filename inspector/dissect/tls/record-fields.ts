/** The fields of a TLS record (RFC 8446 §5, RFC 5246 §6.2). */
import type { Field } from '#protocol/field';
import { type Layout, isMisfit, parseLayout } from '#protocol/layout';
import { type FieldSpec, bytes, dictionary, fieldOf, group, number, text } from '../fields/dictionary.ts';
import { FieldReader, type ReadPart } from '../fields/field-reader.ts';
import { showBytes } from '../fields/show.ts';
import { CONTENT_TYPES, VERSIONS, nameIn } from './names.ts';
import { RECORD_HEADER_LENGTH, type SealedParts } from './protection/protection.ts';

export const RECORD_LAYOUT = [
  {
    name: 'type',
    kind: 'uint',
    size: 1,
    source: 'RFC 8446 §5.1',
    note: 'What the record carries. In TLS 1.3 a sealed record always says application_data; its true type is sealed too.',
  },
  {
    name: 'version',
    kind: 'uint',
    size: 2,
    source: 'RFC 8446 §5.1',
    note: 'Frozen at TLS 1.2 (a first client hello may say 1.0), because middleboxes broke on anything new.',
  },
  {
    name: 'length',
    kind: 'uint',
    size: 2,
    source: 'RFC 8446 §5.1',
    note: 'Bytes after this header. It stays readable: Eve sees how much is said, and when.',
  },
] as const satisfies Layout;

const SEALED = dictionary('RFC 8446 §5.2', {
  explicit_nonce: bytes(
    'The part of the nonce that is sent along. It must never repeat under one key.',
    'RFC 5288 §3',
  ),
  explicit_iv: bytes(
    'Sixteen fresh random bytes that go into the first block, so that equal contents look different. Before TLS 1.1 they could be predicted (BEAST).',
    'RFC 5246 §6.2.3.2',
  ),
  ciphertext: group('The content, sealed. Without the key it cannot be told from random bytes.', {
    content: bytes('The content, as long as it is in the clear.'),
    compression: text(
      'How the content was compressed before it was sealed, and what that saved. A short result then shows that the content resembled what came before it, and that gave secrets away (CRIME).',
      'RFC 3749 §2',
    ),
    content_type: number('The true type of the record, hidden from Eve.'),
    padding: bytes('Zeros that hide how long the content really is.', 'RFC 8446 §5.4'),
    sealed_mac: bytes(
      'HMAC over the content, sealed with it. A receiver must decrypt before it can check the MAC; the time it took and the error it sent gave contents away (Lucky 13, POODLE).',
      'RFC 5246 §6.2.3.1',
    ),
    block_padding: number(
      'Fills the last block. The last byte says how many bytes of padding come before it, and each of them repeats that number. The value shown is how many there are in all.',
      'RFC 5246 §6.2.3.2',
    ),
  }),
  tag: bytes(
    'Authentication tag over ciphertext and header. One changed bit anywhere and it no longer fits.',
  ),
  content_mac: bytes(
    'HMAC over the content. It shows changes and hides nothing: the suite does not encrypt.',
    'RFC 5246 §6.2.3.1',
  ),
  mac: bytes(
    'HMAC over iv and ciphertext (encrypt-then-MAC): it is checked before anything is decrypted.',
    'RFC 7366 §3',
  ),
});

const CLEAR = dictionary('RFC 8446 §5.1', {
  fragment: group('The content, in the clear.', {
    change_cipher_spec: number(
      'Always 1. In TLS 1.2 it says that what follows is sealed. In TLS 1.3 it means nothing and only pleases old middleboxes.',
      'RFC 5246 §7.1',
    ),
    heartbeat_type: number('1 asks, 2 answers.', 'RFC 6520 §3'),
    payload_length: number(
      'Bytes that the answer repeats. A server that believed this number and not the record’s length gave away its memory (Heartbleed).',
      'RFC 6520 §4',
    ),
    payload: bytes('What the answer repeats.', 'RFC 6520 §4'),
    heartbeat_padding: bytes('At least 16 random bytes.', 'RFC 6520 §4'),
  }),
});

/** Fields of a record, by how it is protected. */
export const RECORD_FIELDS = {
  header: dictionary(
    'RFC 8446 §5.1',
    Object.fromEntries(RECORD_LAYOUT.map(({ name, note, source }) => [name, number(note, source)])),
  ),
  sealed: { ...SEALED, ciphertext: { ...SEALED.ciphertext, kind: 'bytes' as const } },
  clear: { ...CLEAR, fragment: { ...CLEAR.fragment, kind: 'bytes' as const } },
};

const typeName = nameIn(CONTENT_TYPES, 1);
const versionName = nameIn(VERSIONS, 2);

export function headerFields(record: Uint8Array): Field[] {
  const parsed = parseLayout(RECORD_LAYOUT, record);
  if (isMisfit(parsed)) return [];
  return parsed.fields.map((field) => {
    const { name, value } = field;
    if (name === 'type') return { ...field, value: typeName(value as number), number: value as number };
    return name === 'version'
      ? { ...field, value: versionName(value as number), number: value as number }
      : field;
  });
}

/**
 * Header and content of a record that is not sealed; what is too short to be a message of its own has its parts
 * here.
 */
export function clearFields(record: Uint8Array): Field[] {
  const content = record.subarray(RECORD_HEADER_LENGTH);
  const children = contentFields(record[0] as number, content).map((field) => ({
    ...field,
    start: field.start + RECORD_HEADER_LENGTH,
    end: field.end + RECORD_HEADER_LENGTH,
  }));
  const range = [RECORD_HEADER_LENGTH, record.length] as const;
  return [...headerFields(record), fieldOf(CLEAR.fragment, showBytes(content), range, { children })];
}

function contentFields(type: number, content: Uint8Array): Field[] {
  const read = CONTENTS[type];
  return read && content.length > 0 ? FieldReader.read(content, CLEAR.fragment.source, read).fields : [];
}

const CONTENTS: Readonly<Record<number, ReadPart>> = {
  20: (reader) => void reader.uint(CLEAR.fragment.fields.change_cipher_spec, 1),
  24: (reader) => {
    const F = CLEAR.fragment.fields;
    const type = (value: number): string | number => ['request', 'response'][value - 1] ?? value;
    reader.uint(F.heartbeat_type, 1, type);
    reader.sized(F.payload_length, 2, F.payload);
    reader.rest(F.heartbeat_padding);
  },
};

/**
 * Header, what is sent in the clear with it, ciphertext and tag of a sealed record; `children` is what the
 * ciphertext turned out to hold.
 */
export function sealedFields(
  record: Uint8Array,
  { along, tag, blocks, clear = false }: SealedParts,
  children: readonly Field[] = [],
): Field[] {
  const start = Math.min(RECORD_HEADER_LENGTH + along, record.length);
  const end = Math.max(start, record.length - tag);
  const fields = headerFields(record);
  const sent = blocks ? SEALED.explicit_iv : SEALED.explicit_nonce;
  if (along > 0) fields.push(bytesField(sent, record, RECORD_HEADER_LENGTH, start));
  if (clear) {
    const content = fieldOf(CLEAR.fragment, showBytes(record.subarray(start, end)), [start, end]);
    return [...fields, content, bytesField(SEALED.content_mac, record, end, record.length)];
  }
  fields.push(fieldOf(SEALED.ciphertext, showBytes(record.subarray(start, end)), [start, end], { children }));
  if (tag > 0) fields.push(bytesField(blocks ? SEALED.mac : SEALED.tag, record, end, record.length));
  return fields;
}

/** The parts of an opened record in blocks, at the bytes of the ciphertext in their place. */
export function blockFields(
  record: Uint8Array,
  length: number,
  { along, tag, innerMac }: SealedParts,
): Field[] {
  const F = SEALED.ciphertext.fields;
  const start = RECORD_HEADER_LENGTH + along;
  const [mac, padding, end] = [start + length, start + length + innerMac, record.length - tag];
  return [
    bytesField(F.content, record, start, mac),
    ...(innerMac > 0 ? [bytesField(F.sealed_mac, record, mac, padding)] : []),
    fieldOf(F.block_padding, end - padding, [padding, end]),
  ];
}

/** How an opened record was compressed. No single byte of the wire carries a byte of the content. */
export function compressionField(record: Uint8Array, { along, tag }: SealedParts, told: string): Field {
  const range = [RECORD_HEADER_LENGTH + along, record.length - tag] as const;
  return fieldOf(SEALED.ciphertext.fields.compression, told, range);
}

/** The parts of an opened TLS 1.3 record, at the bytes that carry them (RFC 8446 §5.2). */
export function innerPlaintextFields(record: Uint8Array, content: Uint8Array, length: number): Field[] {
  const F = SEALED.ciphertext.fields;
  const at = RECORD_HEADER_LENGTH;
  const end = at + content.length;
  const type = content[length] as number;
  const fields = [
    bytesField(F.content, record, at, at + length),
    fieldOf(F.content_type, typeName(type), [at + length, at + length + 1], { number: type }),
  ];
  if (at + length + 1 < end) fields.push(bytesField(F.padding, record, at + length + 1, end));
  return fields;
}

function bytesField(spec: FieldSpec, record: Uint8Array, start: number, end: number): Field {
  return fieldOf(spec, showBytes(record.subarray(start, end)), [start, end]);
}
