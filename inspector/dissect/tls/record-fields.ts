/** The fields of a TLS record (RFC 8446 §5, RFC 5246 §6.2). */
import { readUint } from '#wire/bytes';
import type { Field } from '#wire/field';
import { type Layout, isMisfit, parseLayout } from '#wire/layout';
import { showBytes } from '../show.ts';
import { RECORD_HEADER_LENGTH, TAG_LENGTH } from './aead.ts';
import { CONTENT_TYPES, VERSIONS, nameIn } from './names.ts';

export const RECORD_LAYOUT = [
  {
    name: 'type',
    kind: 'uint',
    size: 1,
    note: 'What the record carries. In TLS 1.3 a sealed record always says application_data; its true type is sealed too.',
  },
  {
    name: 'version',
    kind: 'uint',
    size: 2,
    note: 'Frozen at TLS 1.2 (a first client hello may say 1.0), because middleboxes broke on anything new.',
  },
  {
    name: 'length',
    kind: 'uint',
    size: 2,
    note: 'Bytes after this header. It stays readable: Eve sees how much is said, and when.',
  },
] as const satisfies Layout;

const typeName = nameIn(CONTENT_TYPES, 1);
const versionName = nameIn(VERSIONS, 2);

export function headerFields(record: Uint8Array): Field[] {
  const parsed = parseLayout(RECORD_LAYOUT, record);
  if (isMisfit(parsed)) return [];
  return parsed.fields.map((field) => {
    if (field.name === 'type') return { ...field, value: typeName(readUint(record, 0, 1)) };
    return field.name === 'version' ? { ...field, value: versionName(readUint(record, 1, 2)) } : field;
  });
}

/** Header and content of a record that is not sealed. */
export function clearFields(record: Uint8Array): Field[] {
  const note = 'The content, in the clear.';
  return [...headerFields(record), bytesField('fragment', record, RECORD_HEADER_LENGTH, record.length, note)];
}

export interface SealedShape {
  /** Bytes of the nonce that is sent along, 0 where there is none. */
  readonly nonce: number;
  /** True when the last 16 bytes are an authentication tag. */
  readonly tag: boolean;
  /** What the ciphertext turned out to hold, ranges relative to the record. */
  readonly children?: readonly Field[];
}

/** Header, nonce, ciphertext and tag of a sealed record. */
export function sealedFields(record: Uint8Array, { nonce, tag, children }: SealedShape): Field[] {
  const start = Math.min(RECORD_HEADER_LENGTH + nonce, record.length);
  const end = tag ? Math.max(start, record.length - TAG_LENGTH) : record.length;
  const fields = headerFields(record);
  if (nonce > 0) {
    const note = 'The part of the nonce that is sent along. It must never repeat under one key.';
    fields.push(bytesField('explicit_nonce', record, RECORD_HEADER_LENGTH, start, note));
  }
  const ciphertext = bytesField(
    'ciphertext',
    record,
    start,
    end,
    'The content, sealed. Without the key it cannot be told from random bytes.',
  );
  fields.push(children && children.length > 0 ? { ...ciphertext, children } : ciphertext);
  if (tag) {
    const note =
      'Authentication tag over ciphertext and header. One changed bit anywhere and it no longer fits.';
    fields.push(bytesField('tag', record, end, record.length, note));
  }
  return fields;
}

/** The parts of an opened TLS 1.3 record, at the bytes that carry them (RFC 8446 §5.2). */
export function innerPlaintextFields(record: Uint8Array, content: Uint8Array, length: number): Field[] {
  const at = RECORD_HEADER_LENGTH;
  const end = at + content.length;
  const type: Field = {
    name: 'content_type',
    value: typeName(content[length] as number),
    start: at + length,
    end: at + length + 1,
    note: 'The true type of the record, hidden from Eve.',
  };
  const padding = 'Zeros that hide how long the content really is.';
  const fields = [
    bytesField('content', record, at, at + length, 'The content, as long as it is in the clear.'),
    type,
  ];
  if (at + length + 1 < end) fields.push(bytesField('padding', record, at + length + 1, end, padding));
  return fields;
}

function bytesField(name: string, bytes: Uint8Array, start: number, end: number, note: string): Field {
  return { name, value: showBytes(bytes.subarray(start, end)), start, end, note };
}
