/** Fields of a message from its schema, for the reference page: name, shape in words, note. */
import type * as v from 'valibot';

export interface FieldRow {
  /** Path within the message: `messages[].id`. */
  readonly name: string;
  /** Type and limits in words. */
  readonly shape: string;
  readonly required: boolean;
  readonly note: string;
}

/** The parts of valibot's schemas that the messages use. A part of another kind is an error, never left out. */
interface Schema {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Action[];
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly literal?: string;
  readonly options?: readonly string[];
}

interface Action {
  readonly kind: string;
  readonly type: string;
  readonly requirement?: unknown;
  readonly description?: string;
  readonly metadata?: { readonly secret?: boolean };
  readonly message?: unknown;
}

/** One row for each field of an object schema, and for each field of the objects in its lists. */
export function fieldRows(schema: v.GenericSchema, prefix = ''): FieldRow[] {
  const { entries } = schema as unknown as Schema;
  if (!entries) throw new Error(`${prefix || 'a message'} is not an object`);
  return Object.entries(entries).flatMap(([name, entry]) => rowsOf(prefix + name, entry));
}

function rowsOf(name: string, entry: Schema): FieldRow[] {
  const required = entry.type !== 'optional';
  const inner = unwrapped(entry);
  const { item } = inner;
  const row: FieldRow = { name, required, shape: shapeOf(inner), note: noteOf(entry) };
  return item?.entries ? [row, ...fieldRows(item as unknown as v.GenericSchema, `${name}[].`)] : [row];
}

function unwrapped(schema: Schema): Schema {
  return schema.type === 'optional' && schema.wrapped ? unwrapped(schema.wrapped) : schema;
}

/** Description of a field, or of what is optional in it. */
function noteOf(schema: Schema): string {
  const actions = actionsOf(schema).filter(({ type }) => type === 'description');
  const note = actions.at(-1)?.description;
  return note ?? (schema.wrapped ? noteOf(schema.wrapped) : '');
}

function shapeOf(schema: Schema): string {
  const limits = actionsOf(schema).flatMap(limitOf);
  const words = [baseOf(schema), ...limits].join(', ');
  return words.replace(/from ([\d,]+)(?: characters)?, up to/, '$1 to');
}

function baseOf({ type, item, options, literal }: Schema): string {
  if (type === 'array' && item) return item.entries ? 'list of objects' : `list of ${shapeOf(item)}s`;
  if (type === 'picklist' && options) return options.map((option) => `\`${option}\``).join(' or ');
  if (type === 'literal') return `\`${literal}\``;
  if (type === 'string' || type === 'number' || type === 'boolean') return type;
  throw new Error(`no words for a schema of type ${type}`);
}

/** All actions of a pipe, including those of nested pipes, in their order. */
function actionsOf({ pipe = [] }: Schema): Action[] {
  return pipe.flatMap((part) => (part.kind === 'schema' ? actionsOf(nested(part)) : [part]));
}

/** The first part of a pipe is the schema itself, with the pipe it may have had before. */
function nested(part: Action): Schema {
  const { pipe, ...rest } = part as unknown as Schema;
  return pipe ? { ...rest, pipe } : rest;
}

const LIMIT_WORDS: Readonly<Record<string, (action: Action) => string[]>> = {
  description: () => [],
  metadata: ({ metadata }) => (metadata?.secret ? ['secret'] : []),
  min_length: ({ requirement }) => [`from ${shown(requirement)} characters`],
  max_length: ({ requirement }) => [`up to ${shown(requirement)} characters`],
  min_value: ({ requirement }) => [`from ${shown(requirement)}`],
  max_value: ({ requirement }) => [`up to ${shown(requirement)}`],
  safe_integer: () => ['whole'],
  integer: () => ['whole'],
  regex: ({ requirement }) => [`\`${(requirement as RegExp).source}\``],
  check: ({ message }) => [String(message)],
};

function limitOf(action: Action): string[] {
  const words = LIMIT_WORDS[action.type];
  if (!words) throw new Error(`no words for a check of type ${action.type}`);
  return words(action);
}

function shown(requirement: unknown): string {
  return (requirement as number).toLocaleString('en');
}
