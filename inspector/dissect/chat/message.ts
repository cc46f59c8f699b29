/** The message in a frame's payload as fields. What a field means comes from the schemas of the protocol itself. */
import * as v from 'valibot';
import { RemoteProtocolError } from '#protocol/errors';
import type { Field } from '#protocol/field';
import { CLIENT_MESSAGES, SERVER_MESSAGES, parseClientMessage, parseServerMessage } from '#protocol/messages';
import { SECRET_NAMES, isSecret } from '#protocol/secret-fields';
import { counted } from '#protocol/shown';
import { type JsonNode, scanJson } from '../fields/json-scan.ts';
import { type FieldKind, type FieldSpec, faultField, fieldOf } from '../fields/dictionary.ts';
import type { Direction } from '../model.ts';

export interface ReadMessage {
  /** The message's type, or `malformed`. */
  readonly title: string;
  /** Empty when the receiver accepts it; otherwise why it refuses it. */
  readonly reason: string;
  /** Reads the fields. Few records of a long capture are asked for them. */
  readonly fields: () => readonly Field[];
}

type Schema = v.GenericSchema;

const TABLES: Record<Direction, Record<string, Schema>> = { c2s: CLIENT_MESSAGES, s2c: SERVER_MESSAGES };
const PARSE = { c2s: parseClientMessage, s2c: parseServerMessage } as const;
const UNREAD: FieldSpec = {
  name: 'fault',
  note: 'Too much to show in parts.',
  source: 'protocol.md §Frames',
  kind: 'text',
};
const MESSAGES = 'protocol.md §Messages';
const SECTIONS: Record<Direction, string> = {
  c2s: 'protocol-client.md §Messages from the client',
  s2c: 'protocol-server.md §Messages from the server',
};
const ITEM_NOTE = 'One item of the list.';
const UNKNOWN_NOTE = 'Not a field of this protocol: the receiver ignores it.';

/**
 * Fields of a payload that begins `base` bytes into its frame, judged as the receiver of this direction would
 * judge it.
 */
export function readMessage(dir: Direction, payload: Uint8Array, base: number): ReadMessage {
  const judged = judge(dir, payload);
  if ('reason' in judged) return scanMessage(dir, payload, base, judged.reason);
  const fields = (): readonly Field[] => scanMessage(dir, payload, base, '').fields();
  return { title: judged.type, reason: '', fields };
}

function scanMessage(dir: Direction, payload: Uint8Array, base: number, reason: string): ReadMessage {
  const root = scanJson(payload);
  if ('fault' in root) {
    const range = [base + root.at, base + payload.length] as const;
    const fault =
      reason === '' ? fieldOf(UNREAD, root.fault, range) : faultField(root.fault, range, UNREAD.source);
    return { title: reason === '' ? 'message' : 'malformed', reason, fields: () => [fault] };
  }
  const type = typeOf(root);
  const schema = type !== undefined && Object.hasOwn(TABLES[dir], type) ? TABLES[dir][type] : undefined;
  return {
    title: type?.slice(0, 32) ?? 'malformed',
    reason,
    fields: () => memberFields(root, { schema, base, source: sourceOf(dir, type, schema) }),
  };
}

/** Type of a message that its receiver accepts, or why it does not. */
function judge(dir: Direction, payload: Uint8Array): { readonly type: string } | { readonly reason: string } {
  try {
    return { type: PARSE[dir](payload).type };
  } catch (error) {
    if (error instanceof RemoteProtocolError) return { reason: error.message };
    // A text nested deeper than the engine's stack: the protocol's own parser gave up on it.
    return { reason: 'the payload cannot be parsed' };
  }
}

function typeOf(root: JsonNode): string | undefined {
  // The last one of a repeated name counts, as in JSON.parse.
  const type = root.members?.findLast((member) => member.key === 'type')?.node.value;
  return root.kind === 'object' && typeof type === 'string' ? type : undefined;
}

interface MessageContext {
  readonly schema: Schema | undefined;
  readonly base: number;
  readonly source: string;
}

function memberFields(node: JsonNode, { schema, base, source }: MessageContext): Field[] {
  const members = node.members ?? [];
  return members.map(({ key, node: child }) => {
    const part = schemaOf(schema, key);
    const children = memberFields(child, { schema: part, base, source });
    return {
      name: node.kind === 'array' ? `[${key}]` : key,
      value: child.value === undefined ? summary(child) : child.value,
      start: base + child.start,
      end: base + child.end,
      note: noteOf(node, part),
      source,
      ...(secretHere(key, part) ? { secret: true as const } : {}),
      ...(children.length > 0 ? { children } : {}),
    };
  });
}

/**
 * A message that the protocol does not know is judged by the names in it: a misspelt login has a password too.
 */
function secretHere(key: string, part: Schema | undefined): boolean {
  return part === undefined ? SECRET_NAMES.has(key) : isSecret(part);
}

/** The heading of the message in the reference; for anything else, the section on messages. */
function sourceOf(dir: Direction, type: string | undefined, schema: Schema | undefined): string {
  if (type === undefined || schema === undefined) return MESSAGES;
  return `${SECTIONS[dir]}: ${type}`;
}

function summary(node: JsonNode): string {
  const count = node.members?.length ?? 0;
  const unit = node.kind === 'array' ? 'item' : 'field';
  return counted(count, unit);
}

function noteOf(parent: JsonNode, part: Schema | undefined): string {
  if (part === undefined) return UNKNOWN_NOTE;
  return v.getDescription(part) ?? (parent.kind === 'array' ? ITEM_NOTE : '');
}

/** Schema of a member: objects have `entries`, arrays `item`, and an optional schema wraps the real one. */
function schemaOf(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema === undefined) return undefined;
  const { entries, item } = schema as { entries?: Record<string, Schema>; item?: Schema };
  if (item) return item;
  if (!entries || !Object.hasOwn(entries, key)) return undefined;
  const entry = entries[key] as Schema & { wrapped?: Schema };
  return entry.wrapped ?? entry;
}

/** What is known about a field of the messages: its path under the message, and which messages have it. */
export interface MessageField {
  readonly path: string;
  readonly message: string;
  readonly note: string;
  readonly source: string;
  readonly kind: FieldKind;
}

/** All fields of all messages of both directions. */
export function messageFields(): MessageField[] {
  return (['c2s', 's2c'] as const).flatMap((dir) =>
    Object.entries(TABLES[dir]).flatMap(([message, schema]) =>
      schemaFields(schema, '').map((field) => ({
        ...field,
        message,
        source: sourceOf(dir, message, schema),
      })),
    ),
  );
}

function schemaFields(schema: Schema, prefix: string): Pick<MessageField, 'path' | 'note' | 'kind'>[] {
  const { entries = {} } = schema as { entries?: Record<string, Schema> };
  return Object.keys(entries).flatMap((name) => {
    const part = schemaOf(schema, name) as Schema & { item?: Schema };
    const path = prefix + name;
    const kind = part.type === 'number' ? 'number' : 'text';
    const field = { path, note: v.getDescription(part) ?? '', kind } as const;
    return [field, ...schemaFields(part.item ?? part, `${path}.`)];
  });
}
