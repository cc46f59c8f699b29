/** Every field that the dissector registers with Wireshark, under our own path, from the layouts and the schemas. */
import * as v from 'valibot';
import {
  ALERT_LAYOUT,
  CLIENT_FINISHED_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  RECORD_HEADER_LAYOUT,
  SERVER_HELLO_LAYOUT,
} from '#channel/psk/records';
import { UNKNOWN_BODY } from '#channel/psk/bodies';
import { SUITES } from '#channel/psk/suites';
import { FRAME_LAYOUT } from '#protocol/frame';
import type { Layout, Part } from '#protocol/layout';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '#protocol/messages';

export type WiresharkKind = 'uint8' | 'uint24' | 'uint32' | 'uint64' | 'bool' | 'bytes' | 'string';

export interface WiresharkField {
  /** Without the prefix `wireglass.`: `frame.length`, `msg.messages.id`. */
  readonly path: string;
  readonly kind: WiresharkKind;
  /** The text before the value in the tree. */
  readonly title: string;
  readonly note: string;
}

const PSK_LAYOUTS: readonly Layout[] = [
  RECORD_HEADER_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  SERVER_HELLO_LAYOUT,
  CLIENT_FINISHED_LAYOUT,
  ALERT_LAYOUT,
  ...SUITES.map(({ body }) => body),
  UNKNOWN_BODY,
];
/** Bytes that are shown as text. */
const IN_WORDS: ReadonlySet<string> = new Set(['frame.payload', 'psk.suites', 'psk.key_id']);
const UINTS = { 1: 'uint8', 3: 'uint24', 4: 'uint32', 8: 'uint64' } as const;
const FAULT = 'Why the bytes from here on cannot be read.';

/** In the order of the bytes, each path once. Throws `Error` when two fields with one path have different kinds. */
export function wiresharkFields(): WiresharkField[] {
  const found = [
    ...FRAME_LAYOUT.map((part) => partField('frame', part)),
    ...PSK_LAYOUTS.flatMap((layout) => layout.map((part) => partField('psk', part))),
    fieldOf('psk.fault', 'string', FAULT),
    ...messageFields(),
    fieldOf('msg.fault', 'string', FAULT),
  ];
  const byPath = new Map<string, WiresharkField>();
  for (const field of found) byPath.set(field.path, merged(byPath.get(field.path), field));
  return [...byPath.values()];
}

function partField(prefix: string, part: Part): WiresharkField {
  const path = `${prefix}.${part.name}`;
  return fieldOf(path, IN_WORDS.has(path) ? 'string' : partKind(part), part.note);
}

function partKind(part: Part): WiresharkKind {
  if (part.kind !== 'uint') return 'bytes';
  if (part.size === 2) throw new Error(`${part.name}: fields of two bytes are not supported`);
  return UINTS[part.size];
}

function fieldOf(path: string, kind: WiresharkKind, note: string): WiresharkField {
  const name = (path.split('.').at(-1) as string).replaceAll('_', ' ');
  return { path, kind, title: name.charAt(0).toUpperCase() + name.slice(1), note };
}

/** Fields with one name in several messages are one field to Wireshark; it keeps the first explanation. */
function merged(known: WiresharkField | undefined, field: WiresharkField): WiresharkField {
  if (!known) return field;
  if (known.kind === field.kind) return known.note === '' ? field : known;
  throw new Error(`${field.path} is ${known.kind} in one place and ${field.kind} in another`);
}

/** The parts of valibot's schemas that the messages use. */
interface Schema {
  readonly type: string;
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
}

function messageFields(): WiresharkField[] {
  const schemas = [...Object.values(CLIENT_MESSAGES), ...Object.values(SERVER_MESSAGES)];
  const type = fieldOf('msg.type', 'string', 'Which message this is; its other fields follow from it.');
  return [type, ...schemas.flatMap((schema) => entryFields('msg', schema as unknown as Schema))];
}

function entryFields(path: string, { entries = {} }: Schema): WiresharkField[] {
  return Object.entries(entries).flatMap(([name, entry]) => schemaFields(`${path}.${name}`, entry));
}

/** A list and its members share a path; the list itself shows how many there are. */
function schemaFields(path: string, entry: Schema): WiresharkField[] {
  const schema = entry.wrapped ?? entry;
  const note = v.getDescription(schema as unknown as v.GenericSchema) ?? '';
  const field = fieldOf(path, schemaKind(path, schema), note);
  return [field, ...entryFields(path, schema.item ?? schema)];
}

function schemaKind(path: string, { type }: Schema): WiresharkKind {
  if (type === 'number') return 'uint64';
  if (type === 'boolean') return 'bool';
  if (['string', 'literal', 'picklist', 'array', 'object'].includes(type)) return 'string';
  throw new Error(`${path}: there is no Wireshark field for a schema of type ${type}`);
}
