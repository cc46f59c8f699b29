/** The fields of psk records, from the layout tables that the channel itself is made of. */
import { fromUtf8, toHex } from '#protocol/bytes';
import { ERRORS } from '#protocol/errors';
import type { Field } from '#protocol/field';
import { type Layout, fixedSize, isMisfit, parseLayout } from '#protocol/layout';
import { alertCode } from '#channel/psk/alerts';
import {
  ALERT_LAYOUT,
  CLIENT_FINISHED_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  RECORD_HEADER_LAYOUT,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE,
  type RecordTypeName,
  SERVER_HELLO_LAYOUT,
} from '#channel/psk/records';
import { UNKNOWN_BODY, bodyRanges } from '#channel/psk/bodies';
import { SUITES, type Suite, suiteById } from '#channel/psk/suites';
import { counted } from '#protocol/shown';
import {
  type Dictionary,
  type FieldKind,
  type FieldSpec,
  faultField,
  fieldOf,
} from '../fields/dictionary.ts';
import { showBytes } from '../fields/show.ts';

/** Names of the record types, as in `docs/reference/psk-wire.md`. */
export const PSK_TITLES: Record<RecordTypeName, string> = {
  clientHello: 'client_hello',
  serverHello: 'server_hello',
  clientFinished: 'client_finished',
  alert: 'alert',
  data: 'data',
};

/** What is bytes to the channel and has names for people. */
const TEXTS: ReadonlySet<string> = new Set(['suites', 'key_id']);

function specsOf<const L extends Layout>(layout: L): Readonly<Record<L[number]['name'], FieldSpec>> {
  const specs = layout.map(({ name, note, source, kind }) => [
    name,
    { name, note, source, kind: kindOf(name, kind) },
  ]);
  return Object.fromEntries(specs) as Record<L[number]['name'], FieldSpec>;
}

function kindOf(name: string, kind: Layout[number]['kind']): FieldKind {
  if (kind === 'uint') return 'number';
  return TEXTS.has(name) ? 'text' : 'bytes';
}

/** Every part that some suite has; where several have one, the first explains it. */
const SEALED: Readonly<Record<string, FieldSpec>> = Object.fromEntries(
  [UNKNOWN_BODY, ...SUITES.map(({ body }) => body).reverse()].flatMap((layout) =>
    Object.entries(specsOf(layout)),
  ),
);
const CIPHERTEXT = SEALED.ciphertext as FieldSpec;

/**
 * Fields of each kind of record. The code of an alert is also a field inside the ciphertext of a sealed one.
 */
export const PSK_FIELDS: Readonly<Record<'record' | 'data' | RecordTypeName, Dictionary>> = {
  record: specsOf(RECORD_HEADER_LAYOUT),
  clientHello: specsOf(CLIENT_HELLO_LAYOUT),
  serverHello: specsOf(SERVER_HELLO_LAYOUT),
  clientFinished: specsOf(CLIENT_FINISHED_LAYOUT),
  alert: specsOf(ALERT_LAYOUT),
  data: { ...SEALED, ciphertext: { ...CIPHERTEXT, fields: specsOf(ALERT_LAYOUT) } },
};

const TYPE_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(RECORD_TYPE).map(([name, type]) => [type, PSK_TITLES[name as RecordTypeName]]),
);

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

/**
 * Fields of a record; `data` stands for everything sealed, under this suite if it is known, `undefined` for a record whose
 * type is not known.
 */
export function recordFields(
  record: Uint8Array,
  type: RecordTypeName | undefined,
  suite?: Suite,
): RecordFields {
  const parsed = parseLayout(RECORD_HEADER_LAYOUT, record);
  if (isMisfit(parsed)) return { fields: [] };
  const header = parsed.fields.map(withTypeName);
  if (type === undefined) return { fields: header };
  if (type === 'data') return sealedFields(header, record, suite);
  const body = parseLayout(BODIES[type], record, RECORD_HEADER_LENGTH);
  if (isMisfit(body)) return faulty(header, body.misfit, body.at, record.length);
  const fields = [...header, ...body.fields.map((field) => shown(field, record))];
  const left = record.length - body.end;
  if (left === 0) return { fields };
  return faulty(
    fields,
    `${counted(left, 'byte')} more than a record of this type has`,
    body.end,
    record.length,
  );
}

function withTypeName(field: Field): Field {
  if (field.name !== 'type') return field;
  const type = field.value as number;
  const name = TYPE_NAMES[type];
  return name === undefined ? field : { ...field, value: name, number: type };
}

/** Fields of an alert's body, relative to it. */
export function alertFields(body: Uint8Array): Field[] {
  const parsed = parseLayout(ALERT_LAYOUT, body);
  return isMisfit(parsed) ? [] : parsed.fields.map((field) => shown(field, body));
}

function sealedFields(header: Field[], record: Uint8Array, suite: Suite | undefined): RecordFields {
  const layout: Layout = suite?.body ?? UNKNOWN_BODY;
  const length = record.length - RECORD_HEADER_LENGTH;
  const ranges = bodyRanges(layout, length);
  if (!ranges) {
    const misfit = `the suite needs ${counted(fixedSize(layout), 'byte')}, ${length} left`;
    return faulty(header, misfit, RECORD_HEADER_LENGTH, record.length);
  }
  const fields = ranges.map(({ part: { name, note, source }, start, end }) => {
    const told = name === 'ciphertext' ? withWeakness(note, suite) : note;
    const range = [RECORD_HEADER_LENGTH + start, RECORD_HEADER_LENGTH + end] as const;
    return fieldOf({ name, note: told, source, kind: 'bytes' }, showBytes(record.subarray(...range)), range);
  });
  return { fields: [...header, ...fields] };
}

/** What is wrong with a weak suite is said wherever the suite shows. */
function withWeakness(note: string, suite: Suite | undefined): string {
  return suite?.weak === undefined ? note : `${note} Weak: ${suite.weak}.`;
}

function faulty(fields: Field[], misfit: string, start: number, end: number): RecordFields {
  const source = fields.at(-1)?.source ?? 'psk-wire.md §Records';
  return { fields: [...fields, faultField(misfit, [start, end], source)], misfit };
}

/** Numbers and bytes that have a name show it. */
function shown(field: Field, record: Uint8Array): Field {
  const bytes = record.subarray(field.start, field.end);
  switch (field.name) {
    case 'suite':
      return {
        ...field,
        value: suiteName(bytes[0] as number),
        number: bytes[0] as number,
        note: withWeakness(field.note, suiteById(bytes[0] as number)),
      };
    case 'suites':
      return {
        ...field,
        value: Array.from(bytes, suiteName).join(', '),
        note: withWeakOnes(field.note, bytes),
      };
    case 'key_id':
      return { ...field, value: fromUtf8(bytes) ?? field.value };
    case 'code':
      return { ...field, ...shownAlert(bytes[0] as number, field.note) };
    default:
      return field;
  }
}

function withWeakOnes(note: string, ids: Uint8Array): string {
  const weak = SUITES.filter(({ id, weak }) => weak !== undefined && ids.includes(id));
  return [note, ...weak.map((suite) => `Weak: ${suite.name}, ${suite.weak}.`)].join(' ');
}

function suiteName(id: number): string {
  return suiteById(id)?.name ?? `0x${toHex(Uint8Array.of(id))} (not known here)`;
}

function shownAlert(byte: number, note: string): Pick<Field, 'value' | 'number' | 'note'> {
  const code = alertCode(byte);
  return {
    value: code,
    number: byte,
    note: code === 'done' ? note : `${note} Here: ${ERRORS[code].meaning}.`,
  };
}
