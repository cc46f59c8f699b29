/**
 * The messages of the chat protocol, in both directions; `schemas/` has them by topic. A message of a client has one row
 * with everything that must be known about it. A field's description is what the inspector and the reference page show
 * next to it.
 */
import * as v from 'valibot';
import { fromUtf8, utf8 } from './bytes.ts';
import { RemoteProtocolError } from './errors.ts';
import { ACCOUNTS_FROM_CLIENT, ACCOUNTS_FROM_SERVER } from './schemas/accounts.ts';
import type { ClientRow } from './schemas/client-row.ts';
import { CONNECTION_FROM_CLIENT, CONNECTION_FROM_SERVER } from './schemas/connection.ts';
import { MODERATION_FROM_CLIENT, MODERATION_FROM_SERVER } from './schemas/moderation.ts';
import { ROOMS_FROM_CLIENT, ROOMS_FROM_SERVER } from './schemas/rooms.ts';
import { TALK_FROM_CLIENT, TALK_FROM_SERVER, type storedMessage } from './schemas/talk.ts';
import { counted } from './shown.ts';

export const PROTOCOL_VERSION = 1;
export const DEFAULT_ROOM = 'lobby';

export { WIRE_NAMES, type WireName } from './wires.ts';

export const SERVER_MESSAGES = {
  ...CONNECTION_FROM_SERVER,
  ...TALK_FROM_SERVER,
  ...ROOMS_FROM_SERVER,
  ...ACCOUNTS_FROM_SERVER,
  ...MODERATION_FROM_SERVER,
} as const;

interface AnsweredRow extends ClientRow {
  readonly answers: readonly (keyof typeof SERVER_MESSAGES)[];
}

export const CLIENT_ROWS = {
  ...TALK_FROM_CLIENT,
  ...ROOMS_FROM_CLIENT,
  ...CONNECTION_FROM_CLIENT,
  ...ACCOUNTS_FROM_CLIENT,
  ...MODERATION_FROM_CLIENT,
} as const satisfies Readonly<Record<string, AnsweredRow>>;

type ClientSchemas = { readonly [T in keyof typeof CLIENT_ROWS]: (typeof CLIENT_ROWS)[T]['schema'] };

export const CLIENT_MESSAGES = Object.fromEntries(
  Object.entries(CLIENT_ROWS).map(([type, { schema }]) => [type, schema]),
) as unknown as ClientSchemas;

type Tables = typeof CLIENT_MESSAGES | typeof SERVER_MESSAGES;
type MessageOf<T extends Tables> = v.InferOutput<T[keyof T] extends v.GenericSchema ? T[keyof T] : never>;

export type ClientMessage = MessageOf<typeof CLIENT_MESSAGES>;
export type ServerMessage = MessageOf<typeof SERVER_MESSAGES>;
export type StoredMessage = v.InferOutput<typeof storedMessage>;
/** One message by its type: `Client<'say'>`. */
export type Client<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>;
export type Server<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** What is known about the client messages of this type. */
export function rowOf(type: ClientMessage['type']): AnsweredRow {
  return CLIENT_ROWS[type];
}

/** Message of a client from a frame's payload. Throws `RemoteProtocolError` bad_utf8, bad_json, bad_message or unknown_type. */
export function parseClientMessage(payload: Uint8Array): ClientMessage {
  return parse(CLIENT_MESSAGES, payload) as ClientMessage;
}

/** Message of the server from a frame's payload. Throws as `parseClientMessage` does. */
export function parseServerMessage(payload: Uint8Array): ServerMessage {
  return parse(SERVER_MESSAGES, payload) as ServerMessage;
}

/** UTF-8 JSON of a message: the payload of one frame. */
export function encodeMessage(message: ClientMessage | ServerMessage): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify(message));
}

function parse(table: Record<string, v.GenericSchema>, payload: Uint8Array): unknown {
  const json = parseJson(payload);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new RemoteProtocolError('bad_message', { expected: 'a JSON object', got: kindOf(json) });
  }
  const name = (json as { type?: unknown }).type;
  if (typeof name !== 'string') {
    throw new RemoteProtocolError('bad_message', { expected: 'a string in type', got: kindOf(name) });
  }
  if (!Object.hasOwn(table, name)) {
    const expected = Object.keys(table).join(', ');
    throw new RemoteProtocolError('unknown_type', { expected, got: JSON.stringify(name.slice(0, 40)) });
  }
  const result = v.safeParse(table[name] as v.GenericSchema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw mismatch(result.issues[0]);
}

function parseJson(payload: Uint8Array): unknown {
  const json = fromUtf8(payload);
  if (json === undefined) throw new RemoteProtocolError('bad_utf8', { expected: 'well-formed UTF-8' });
  try {
    return JSON.parse(json);
  } catch (error) {
    // The engine's own message quotes the text, which may hold what does not belong in a log.
    const place = /position \d+/.exec((error as Error).message)?.[0] ?? 'an unknown position';
    throw new RemoteProtocolError('bad_json', { expected: 'JSON', got: `something else at ${place}` });
  }
}

function mismatch(issue: v.BaseIssue<unknown>): RemoteProtocolError {
  const place = v.getDotPath(issue) ?? 'the message';
  const missing = issue.input === undefined;
  return new RemoteProtocolError('bad_message', {
    expected: missing ? `a field ${place}` : `${issue.expected ?? issue.message} in ${place}`,
    got: missing ? 'none' : kindOf(issue.input),
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `a string of ${counted(value.length, 'character')}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : typeof value;
}
