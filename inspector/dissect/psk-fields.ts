/** The fields of psk records, from the layout tables that the channel itself is made of. */
import { fromUtf8, toHex } from '#wire/bytes';
import { ERRORS } from '#wire/errors';
import type { Field } from '#wire/field';
import { type Layout, isMisfit, parseLayout } from '#wire/layout';
import { alertCode } from '#channel/psk/alerts';
import {
  ALERT_LAYOUT,
  CLIENT_FINISHED_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  RECORD_HEADER_LAYOUT,
  RECORD_HEADER_LENGTH,
  type RecordTypeName,
  SEALED_LAYOUT,
  SERVER_HELLO_LAYOUT,
  TAG_LENGTH,
} from '#channel/psk/records';
import { suiteById } from '#channel/psk/suites';
import { showBytes } from './show.ts';

const BODIES: Record<Exclude<RecordTypeName, 'data'>, Layout> = {
  clientHello: CLIENT_HELLO_LAYOUT,
  serverHello: SERVER_HELLO_LAYOUT,
  clientFinished: CLIENT_FINISHED_LAYOUT,
  alert: ALERT_LAYOUT,
};

export interface RecordFields {
  readonly fields: Field[];
  /** Why the body does not have the shape its type demands. */
  readonly misfit?: string;
}

/** Fields of a record; `data` stands for everything sealed, `undefined` for a record whose type is not known. */
export function recordFields(record: Uint8Array, type: RecordTypeName | undefined): RecordFields {
  const header = parseLayout(RECORD_HEADER_LAYOUT, record);
  if (isMisfit(header)) return { fields: [] };
  if (type === undefined) return { fields: header.fields };
  if (type === 'data') return { fields: [...header.fields, ...sealedFields(record)] };
  const body = parseLayout(BODIES[type], record, RECORD_HEADER_LENGTH);
  if (isMisfit(body)) return faulty(header.fields, body.misfit, body.at, record.length);
  const fields = [...header.fields, ...body.fields.map((field) => shown(field, record))];
  const left = record.length - body.end;
  if (left === 0) return { fields };
  return faulty(fields, `${left} bytes more than a record of this type has`, body.end, record.length);
}

/** Fields of an alert's body, relative to it. */
export function alertFields(body: Uint8Array): Field[] {
  const parsed = parseLayout(ALERT_LAYOUT, body);
  return isMisfit(parsed) ? [] : parsed.fields.map((field) => shown(field, body));
}

function sealedFields(record: Uint8Array): Field[] {
  const split = Math.max(RECORD_HEADER_LENGTH, record.length - TAG_LENGTH);
  const [ciphertext, tag] = SEALED_LAYOUT;
  return [
    { ...range(record, RECORD_HEADER_LENGTH, split), name: ciphertext.name, note: ciphertext.note },
    { ...range(record, split, record.length), name: tag.name, note: tag.note },
  ];
}

function range(bytes: Uint8Array, start: number, end: number): Pick<Field, 'value' | 'start' | 'end'> {
  return { value: showBytes(bytes.subarray(start, end)), start, end };
}

function faulty(fields: Field[], misfit: string, start: number, end: number): RecordFields {
  const note = 'From here on it cannot be read.';
  return { fields: [...fields, { name: 'fault', value: misfit, start, end, note, malformed: true }], misfit };
}

/** Numbers and bytes that have a name show it. */
function shown(field: Field, record: Uint8Array): Field {
  const bytes = record.subarray(field.start, field.end);
  switch (field.name) {
    case 'suite':
      return { ...field, value: suiteName(bytes[0] as number) };
    case 'suites':
      return { ...field, value: Array.from(bytes, suiteName).join(', ') };
    case 'key_id':
      return { ...field, value: fromUtf8(bytes) ?? field.value };
    case 'code':
      return { ...field, ...shownAlert(bytes[0] as number, field.note) };
    default:
      return field;
  }
}

function suiteName(id: number): string {
  return suiteById(id)?.name ?? `0x${toHex(Uint8Array.of(id))} (not known here)`;
}

function shownAlert(byte: number, note: string): Pick<Field, 'value' | 'note'> {
  const code = alertCode(byte);
  return { value: code, note: code === 'done' ? note : `${note} Here: ${ERRORS[code].meaning}.` };
}
