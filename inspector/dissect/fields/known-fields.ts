/** Every field that a dissector can make, by the path under which a filter finds it. */
import { FRAME_LAYOUT } from '#protocol/frame';
import { CLEAR_FIELDS } from '../streams/clear-start.ts';
import type { Dictionary, FieldKind, FieldSpec } from './dictionary.ts';
import { messageFields } from '../chat/message.ts';
import { PSK_FIELDS } from '../psk/fields.ts';
import { ALERT } from '../tls/alert.ts';
import { HANDSHAKE_HEADER } from '../tls/handshake.ts';
import { MESSAGES } from '../tls/messages/index.ts';
import { RECORD_FIELDS } from '../tls/record-fields.ts';
import { SSL2_HELLO, SSL2_RECORD } from '../tls/ssl2-hello.ts';

/** One dissector: what it reads, and the fields it makes of it. */
export interface Dissector {
  /** Comes before the names of its fields. */
  readonly prefix: string;
  /** Which unit or part of one: `client_hello`; empty for what occurs in every unit of the prefix. */
  readonly title: string;
  readonly fields: Dictionary;
}

export interface KnownField {
  /** Prefix and names down the tree: `tls.handshake.extensions.server_name.name`. */
  readonly path: string;
  /** Where dissectors say different things about the path, each text follows its dissector's title. */
  readonly note: string;
  /** With semicolons between them where there are several. */
  readonly source: string;
  readonly kind: FieldKind;
}

interface Said extends KnownField {
  readonly title: string;
}

const FRAME: Dictionary = Object.fromEntries(
  FRAME_LAYOUT.map(({ name, note, source, kind }) => [
    name,
    { name, note, source, kind: kind === 'uint' ? ('number' as const) : ('text' as const) },
  ]),
);

/** A new dissector is added here. */
export const DISSECTORS: readonly Dissector[] = [
  { prefix: 'frame', title: '', fields: FRAME },
  { prefix: 'bytes', title: '', fields: CLEAR_FIELDS },
  ...Object.entries(PSK_FIELDS).map(([title, fields]) => ({ prefix: 'psk', title, fields })),
  ...Object.entries(RECORD_FIELDS).map(([title, fields]) => ({ prefix: 'tls', title, fields })),
  { prefix: 'tls', title: 'SSL 2.0 record', fields: SSL2_RECORD },
  { prefix: 'tls.alert', title: '', fields: ALERT },
  { prefix: 'tls.handshake', title: '', fields: HANDSHAKE_HEADER },
  ...MESSAGES.map(({ name, fields }) => ({ prefix: 'tls.handshake', title: name, fields })),
  { prefix: 'tls.handshake', title: 'client_hello of SSL 2.0', fields: SSL2_HELLO },
];

let known: readonly KnownField[] | undefined;

/** All fields that can be found by a path, each path once, in the order of the dissectors. */
export function knownFields(): readonly KnownField[] {
  known ??= merged([...dissected(), ...messages()]);
  return known;
}

function* dissected(): Generator<Said> {
  for (const { prefix, title, fields } of DISSECTORS) yield* under(prefix, title, fields);
}

function* under(prefix: string, title: string, fields: Dictionary): Generator<Said> {
  for (const spec of Object.values(fields)) yield* specFields(prefix, title, spec);
}

function* specFields(
  prefix: string,
  title: string,
  { name, note, source, kind, fields }: FieldSpec,
): Generator<Said> {
  const path = `${prefix}.${name}`;
  yield { path, note, source, kind, title };
  if (fields) yield* under(path, title, fields);
}

function messages(): Said[] {
  return messageFields().map(({ path, message, ...rest }) => ({
    ...rest,
    path: `msg.${path}`,
    title: message,
  }));
}

/** One entry for each path. Where all dissectors say the same about it, that is said once. */
function merged(all: readonly Said[]): KnownField[] {
  const byPath = new Map<string, Said[]>();
  for (const said of all) byPath.set(said.path, [...(byPath.get(said.path) ?? []), said]);
  return [...byPath].map(([path, said]) => {
    const notes = new Map<string, string>();
    for (const { note, title } of said) if (!notes.has(note)) notes.set(note, title);
    const texts = [...notes].map(([note, title]) =>
      notes.size > 1 && title !== '' ? `${title}: ${note}` : note,
    );
    const sources = [...new Set(said.map(({ source }) => source))];
    const { kind } = said[0] as Said;
    return { path, note: texts.join(' '), source: sources.join('; '), kind };
  });
}
