/**
 * The messages of the chat protocol, in both directions, as one table of schemas. A field's description is what
 * the inspector and the reference page show beside it.
 */
import * as v from 'valibot';
import { fromUtf8, utf8 } from './bytes.ts';
import { RemoteProtocolError } from './errors.ts';
import { LIMITS } from './limits.ts';

export const PROTOCOL_VERSION = 1;
export const DEFAULT_ROOM = 'lobby';

export const WIRE_NAMES = ['plain', 'psk', 'tls', 'tls+psk'] as const;
export type WireName = (typeof WIRE_NAMES)[number];

const described = <const S extends v.GenericSchema>(schema: S, note: string) =>
  v.pipe(schema, v.description(note));

const wellFormed = v.check((text: string) => text.isWellFormed(), 'text without lone surrogates');
const shortText = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max), wellFormed);
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const pageSize = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.historyPage));

const room = described(
  shortText(LIMITS.name),
  'The room this is about. Everyone in it sees what is said there.',
);
const optionalRoom = v.optional(
  described(shortText(LIMITS.name), 'The room; when left out, the one joined last (for join: the lobby).'),
);
const optionalRef = v.optional(
  described(
    shortText(LIMITS.ref),
    "The sender's own name for this message. The acknowledgement repeats it, and a message sent again under the same ref is stored once.",
  ),
);
const id = described(
  wholeNumber,
  'Number of the message, rising in the order of storage. A client that reconnects asks for what came after the last one it saw.',
);
const from = described(v.string(), 'Name of the member who said it.');
const ts = described(wholeNumber, 'When the server accepted it: milliseconds since 1970-01-01 UTC.');
const via = described(
  v.string(),
  'The wire it came in on. It goes out on every wire that a member of the room uses, so one plaintext listener undoes everyone else’s encryption.',
);
const text = described(shortText(LIMITS.text), 'What was said.');

const storedMessage = v.object({ id, from, text, ts, via });
const storedMessages = described(v.array(storedMessage), 'What was said before, oldest first.');
const members = described(
  v.array(v.string()),
  'Who is here: metadata that an eavesdropper values as much as the text.',
);
const count = described(wholeNumber, 'How many are here; the list of names is cut at 200.');
const more = described(v.boolean(), 'True when there are further messages to ask for with history.');

const type = <const T extends string>(name: T, note: string) => described(v.literal(name), note);

export const CLIENT_MESSAGES = {
  join: v.object({
    type: type('join', 'Asks to enter a room. The first join also settles the name.'),
    room: optionalRoom,
    name: v.optional(
      described(
        v.pipe(v.string(), v.maxLength(256)),
        'The name asked for; without one the guest name of the welcome is kept.',
      ),
    ),
    token: v.optional(
      described(
        v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
        'From an earlier joined: takes the same member up again after a lost connection. Whoever reads it on a plain wire can do the same.',
      ),
    ),
    after: v.optional(described(wholeNumber, 'Resume: send what was said after this id.')),
    limit: v.optional(described(pageSize, 'At most this many messages of history.')),
  }),
  leave: v.object({ type: type('leave', 'Leaves a room.'), room }),
  say: v.object({
    type: type('say', 'Says something in a room.'),
    text,
    room: optionalRoom,
    ref: optionalRef,
  }),
  rooms: v.object({ type: type('rooms', 'Asks which rooms there are.') }),
  history: v.object({
    type: type('history', 'Asks for stored messages of a room the member is in.'),
    room: optionalRoom,
    before: v.optional(described(wholeNumber, 'Only messages before this id, the newest of them.')),
    after: v.optional(described(wholeNumber, 'Only messages after this id, the oldest of them.')),
    limit: v.optional(described(pageSize, 'At most this many.')),
  }),
  ping: v.object({ type: type('ping', 'Asks for a pong: is anyone there?'), ref: optionalRef }),
  bye: v.object({ type: type('bye', 'Says that the client is leaving for good.') }),
} as const;

export const SERVER_MESSAGES = {
  welcome: v.object({
    type: type('welcome', 'The first frame on every connection, before the client has said anything.'),
    protocol: described(v.number(), 'Version of this protocol.'),
    server: described(v.string(), 'Name of the server software.'),
    wire: described(v.picklist(WIRE_NAMES), 'The wire this connection uses.'),
    name: described(v.string(), 'A guest name kept free for this client until it joins.'),
    room: described(v.string(), 'The room to begin in.'),
    members,
    count,
    text: described(v.string(), 'The same in words, for a person who looks at the bytes.'),
  }),
  joined: v.object({
    type: type('joined', 'The client is in the room now.'),
    room,
    name: described(v.string(), 'The name the others see.'),
    token: described(v.string(), 'Secret of this member: takes it up again after a lost connection.'),
    members,
    count,
    messages: storedMessages,
    more,
  }),
  left: v.object({ type: type('left', 'The client is no longer in the room.'), room }),
  member_joined: v.object({
    type: type('member_joined', 'Someone else came into the room.'),
    room,
    name: described(v.string(), 'Who.'),
    via,
  }),
  member_left: v.object({
    type: type('member_left', 'Someone else left the room or lost the connection.'),
    room,
    name: described(v.string(), 'Who.'),
  }),
  message: v.object({
    type: type('message', 'Something that another member said.'),
    id,
    room,
    from,
    text,
    ts,
    via,
  }),
  ack: v.object({
    type: type('ack', 'The message is stored. It survives a crash of the server from now on.'),
    ref: optionalRef,
    id,
    room,
    ts,
  }),
  rooms: v.object({
    type: type('rooms', 'The rooms that exist now.'),
    rooms: described(
      v.array(
        v.object({
          name: described(v.string(), 'Name of a room.'),
          members: described(v.number(), 'How many are in it.'),
        }),
      ),
      'The rooms, each with how many are in it.',
    ),
  }),
  history: v.object({
    type: type('history', 'A page of stored messages, oldest first.'),
    room,
    messages: storedMessages,
    more,
  }),
  pong: v.object({ type: type('pong', 'Yes.'), ref: optionalRef }),
  error: v.object({
    type: type('error', 'Something was refused.'),
    code: described(v.string(), 'Which rule, from the table of error codes.'),
    message: described(v.string(), 'The same in words.'),
    fatal: described(v.boolean(), 'True when the connection is closed after this frame.'),
    expected: v.optional(described(v.string(), 'What would have been right.')),
    got: v.optional(described(v.string(), 'What came instead.')),
    ref: optionalRef,
    room: v.optional(described(v.string(), 'The room that the refused request was about.')),
    suggestions: v.optional(described(v.array(v.string()), 'Names that are free.')),
  }),
  bye: v.object({
    type: type('bye', 'The server is going away; the connection ends after this frame.'),
    reason: described(v.string(), 'Why, as an error code.'),
    text: described(v.string(), 'The same in words.'),
  }),
} as const;

type Tables = typeof CLIENT_MESSAGES | typeof SERVER_MESSAGES;
type MessageOf<T extends Tables> = v.InferOutput<T[keyof T] extends v.GenericSchema ? T[keyof T] : never>;

export type ClientMessage = MessageOf<typeof CLIENT_MESSAGES>;
export type ServerMessage = MessageOf<typeof SERVER_MESSAGES>;
export type StoredMessage = v.InferOutput<typeof storedMessage>;
/** One message by its type: `Client<'say'>`. */
export type Client<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>;
export type Server<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

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
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : typeof value;
}
