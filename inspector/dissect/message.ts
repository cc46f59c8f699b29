/** The message in a frame's payload as fields. What a field means comes from the schemas of the protocol itself. */
import * as v from 'valibot';
import { RemoteProtocolError } from '#wire/errors';
import type { Field } from '#wire/field';
import { CLIENT_MESSAGES, SERVER_MESSAGES, parseClientMessage, parseServerMessage } from '#wire/messages';
import { type JsonNode, scanJson } from './json-scan.ts';
import type { Direction } from './model.ts';

export interface ReadMessage {
  /** The message's type, or `malformed`. */
  readonly title: string;
  /** Empty when the receiver accepts it; otherwise why it refuses it. */
  readonly reason: string;
  readonly fields: Field[];
}

type Schema = v.GenericSchema;

const TABLES: Record<Direction, Record<string, Schema>> = { c2s: CLIENT_MESSAGES, s2c: SERVER_MESSAGES };
const PARSE = { c2s: parseClientMessage, s2c: parseServerMessage } as const;
const UNKNOWN_NOTE = 'Not a field of this protocol: the receiver ignores it.';

/** Fields of a payload that stands `base` bytes into its frame, judged as the receiver of this direction would. */
export function readMessage(dir: Direction, payload: Uint8Array, base: number): ReadMessage {
  const root = scanJson(payload);
  const reason = refusal(dir, payload);
  if ('fault' in root) {
    const at = base + root.at;
    const fault: Field = {
      name: 'fault',
      value: root.fault,
      start: at,
      end: base + payload.length,
      note: reason === '' ? 'Too much to show in parts.' : 'From here on it cannot be read.',
      ...(reason === '' ? {} : { malformed: true as const }),
    };
    return { title: reason === '' ? 'message' : 'malformed', reason, fields: [fault] };
  }
  const type = typeOf(root);
  const schema = type !== undefined && Object.hasOwn(TABLES[dir], type) ? TABLES[dir][type] : undefined;
  return { title: type?.slice(0, 32) ?? 'malformed', reason, fields: memberFields(root, schema, base) };
}

function refusal(dir: Direction, payload: Uint8Array): string {
  try {
    PARSE[dir](payload);
    return '';
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error.message;
    // A text nested deeper than the engine's stack: the protocol's own parser gave up on it.
    return 'the payload cannot be parsed';
  }
}

function typeOf(root: JsonNode): string | undefined {
  // The last one of a repeated name counts, as in JSON.parse.
  const type = root.members?.findLast((member) => member.key === 'type')?.node.value;
  return root.kind === 'object' && typeof type === 'string' ? type : undefined;
}

function memberFields(node: JsonNode, schema: Schema | undefined, base: number): Field[] {
  const members = node.members ?? [];
  return members.map(({ key, node: child }) => {
    const part = schemaOf(schema, key);
    const children = memberFields(child, part, base);
    return {
      name: node.kind === 'array' ? `[${key}]` : key,
      value: child.value === undefined ? summary(child) : child.value,
      start: base + child.start,
      end: base + child.end,
      note: noteOf(node, schema, part),
      ...(children.length > 0 ? { children } : {}),
    };
  });
}

function summary(node: JsonNode): string {
  const count = node.members?.length ?? 0;
  const unit = node.kind === 'array' ? 'item' : 'field';
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function noteOf(parent: JsonNode, schema: Schema | undefined, part: Schema | undefined): string {
  if (part === undefined) return schema === undefined ? '' : UNKNOWN_NOTE;
  if (parent.kind === 'array') return '';
  return v.getDescription(part) ?? '';
}

/** Schema of a member: objects have `entries`, arrays `item`, and what is optional wraps the real one. */
function schemaOf(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema === undefined) return undefined;
  const { entries, item } = schema as { entries?: Record<string, Schema>; item?: Schema };
  if (item) return item;
  if (!entries || !Object.hasOwn(entries, key)) return undefined;
  const entry = entries[key] as Schema & { wrapped?: Schema };
  return entry.wrapped ?? entry;
}
