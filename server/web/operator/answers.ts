/** The answers of the operator's API, as schemas: they give the server its types, and the commands check with them. */
import * as v from 'valibot';
import { WIRE_NAMES } from '#protocol/messages';
import { ROLES } from '#protocol/roles';

const count = v.number();
/** Milliseconds since 1970-01-01 UTC. */
const time = v.number();
const wire = v.picklist(WIRE_NAMES);

export const STATUS = v.object({
  version: v.string(),
  pid: count,
  started: time,
  /** The address that the page listens on. */
  host: v.string(),
  /** Why the server does not count as healthy; empty if it does. */
  problems: v.array(v.string()),
  connections: v.object(v.entriesFromList(WIRE_NAMES, count)),
  members: count,
  rooms: count,
  accounts: count,
  messages: count,
  pendingCommits: count,
  /** Logins that wait for their turn at bcrypt. */
  passwordsWaiting: count,
  /** Bytes. */
  memory: v.object({ resident: count, heap: count }),
  databaseBytes: count,
  certificateEnds: time,
});
export type Status = v.InferOutput<typeof STATUS>;

export const CONNECTIONS = v.array(
  v.object({
    id: count,
    wire,
    address: v.string(),
    name: v.string(),
    role: v.picklist([...ROLES, 'nobody']),
    since: time,
    rooms: v.array(v.string()),
    /** Bytes that wait for the client to read. */
    backlog: count,
  }),
);
export type ConnectionRow = v.InferOutput<typeof CONNECTIONS>[number];

export const ROOMS = v.array(
  v.object({
    name: v.string(),
    members: count,
    connections: count,
    access: v.picklist(['public', 'invite']),
    /** Whether the room is permanent. */
    kept: v.boolean(),
    locked: v.boolean(),
    /** Seconds that a member must wait between two messages; 0 for no pause. */
    slow: count,
  }),
);
export type RoomRow = v.InferOutput<typeof ROOMS>[number];

/** The certificate and the keys in use after a renewal. */
export const RENEWED = v.object({ certificateEnds: time, keys: v.array(v.string()) });
export type Renewed = v.InferOutput<typeof RENEWED>;

/** The name as it is stored. */
export const ACCOUNT_NAME = v.object({ name: v.string() });

/** A message of the chat: `done`, `bans` or `error`. */
export const ANSWER = v.looseObject({ type: v.string() });

export const FAILURE = v.object({ code: v.string(), message: v.string() });
