/** What the operator's API answers, as schemas: the server is typed by them, the commands check by them. */
import * as v from 'valibot';
import { WIRE_NAMES } from '#wire/messages';
import { ROLES } from '#wire/roles';

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
  /** Why the server would not count as healthy; empty when it does. */
  problems: v.array(v.string()),
  connections: v.object({ plain: count, psk: count, tls: count, 'tls+psk': count }),
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
    /** Stays when it is empty. */
    kept: v.boolean(),
    locked: v.boolean(),
    /** Seconds between two messages of a member; 0 for none. */
    slow: count,
  }),
);
export type RoomRow = v.InferOutput<typeof ROOMS>[number];

/** What is in use after a renewal. */
export const RENEWED = v.object({ certificateEnds: time, keys: v.array(v.string()) });
export type Renewed = v.InferOutput<typeof RENEWED>;

/** The name as it is kept. */
export const ACCOUNT_NAME = v.object({ name: v.string() });

/** A message of the chat: `done`, `bans` or `error`. */
export const ANSWER = v.looseObject({ type: v.string() });

export const FAILURE = v.object({ code: v.string(), message: v.string() });
