/** The answers of the operator's API, as schemas: they give the server its types, and the commands check with them. */
import * as v from 'valibot';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { ACCOUNT_ROLES, ROLES } from '#protocol/roles';

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
  /** Other machines that have reached the page since the start, and when the last one did. */
  devices: v.object({ count, last: v.nullable(time) }),
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
    /** Bytes that came from the client and went to it, including those of handshakes. */
    received: count,
    sent: count,
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

export const WIRE_ROW = v.object({
  wire,
  host: v.string(),
  port: count,
  state: v.picklist(['open', 'stopped']),
  connections: count,
  /** The suites that exist to be broken and are accepted all the same. */
  weak_suites: v.array(v.string()),
  /** Whether other machines can reach those. */
  weak_on_lan: v.boolean(),
});
export const WIRE_ROWS = v.array(WIRE_ROW);
export type WireRow = v.InferOutput<typeof WIRE_ROW>;

export const ACCOUNTS = v.array(
  v.object({
    name: v.string(),
    role: v.picklist(ACCOUNT_ROLES),
    created: time,
    secondFactor: v.boolean(),
    /** Login sessions that have not expired. */
    sessions: count,
    /** When one of them was last used; absent without one. */
    seen: v.optional(time),
    /** Wires on which the account is connected now. */
    online: v.array(v.string()),
  }),
);
export type AccountRow = v.InferOutput<typeof ACCOUNTS>[number];

export const AUDIT_PAGE = v.object({
  /** Oldest first. */
  entries: v.array(
    v.object({
      id: count,
      ts: time,
      event: v.string(),
      actor: v.string(),
      subject: v.optional(v.string()),
      address: v.optional(v.string()),
      via: v.optional(v.string()),
      room: v.optional(v.string()),
      detail: v.optional(v.string()),
      hash: v.string(),
    }),
  ),
  more: v.boolean(),
});
export type AuditRow = v.InferOutput<typeof AUDIT_PAGE>['entries'][number];

/** Whether the audit log is whole. */
export const VERDICT = v.object({
  /** What is wrong, in words; empty if nothing is. */
  flaws: v.array(v.string()),
  /** Number and hash of the last entry; absent if there is none. */
  last: v.optional(v.object({ id: count, hash: v.string() })),
});
export type Verdict = v.InferOutput<typeof VERDICT>;

export const KEYS = v.array(
  v.object({
    id: v.string(),
    state: v.picklist(['in use', 'valid', 'ended']),
    until: v.nullable(time),
  }),
);
export type KeyRow = v.InferOutput<typeof KEYS>[number];

export const ROTATED = v.object({ id: v.string(), before: v.string(), until: time });
export type Rotated = v.InferOutput<typeof ROTATED>;

export const CERTIFICATE = v.object({
  what: v.picklist(['ca', 'server']),
  /** Names and addresses that it covers. */
  names: v.array(v.string()),
  from: time,
  until: time,
  /** SHA-256, as browsers and openssl show it. */
  fingerprint: v.string(),
});
export const CERTIFICATES = v.array(CERTIFICATE);
export type CertificateRow = v.InferOutput<typeof CERTIFICATE>;

export const BACKUP = v.object({ name: v.string(), bytes: count, made: time });
export const BACKUPS = v.array(BACKUP);
export type BackupRow = v.InferOutput<typeof BACKUP>;

/** A link that opens the console once. */
export const CONSOLE_LINK = v.object({ url: v.string(), until: time });
export type ConsoleLink = v.InferOutput<typeof CONSOLE_LINK>;

/** The console's session: when it began, and when it ends at the latest. */
export const CONSOLE_SESSION = v.object({ since: time, until: time, sessions: count });
export type ConsoleSession = v.InferOutput<typeof CONSOLE_SESSION>;

/** The name as it is stored. */
export const ACCOUNT_NAME = v.object({ name: v.string() });

export const BANS = v.object({
  type: v.literal('bans'),
  bans: v.array(
    v.object({
      kind: v.picklist(['ban', 'mute']),
      name: v.optional(v.string()),
      address: v.optional(v.string()),
      room: v.optional(v.string()),
      by: v.string(),
      reason: v.optional(v.string()),
      ts: time,
      until: v.optional(time),
    }),
  ),
});
export type BanRow = v.InferOutput<typeof BANS>['bans'][number];

/** A message of the chat: `done`, `bans` or `error`. */
export const ANSWER = v.looseObject({ type: v.string() });

export const FAILURE = v.object({ code: v.string(), message: v.string() });

/** One second of the server's life, for the plots of the console. */
export interface Sample {
  /** Milliseconds since 1970, at its end. */
  readonly time: number;
  /** Messages stored and frames queued for clients, for each second. */
  readonly messages: number;
  readonly deliveries: number;
  /** Bytes a second that came in and went out, with those of handshakes; and open connections. */
  readonly wires: Readonly<
    Record<WireName, { readonly in: number; readonly out: number; readonly connections: number }>
  >;
  /** Milliseconds that commits took; `null` if there were none. */
  readonly commit: Timing | null;
  /** Milliseconds from the first message of a commit until the frames of all were given to the sockets. */
  readonly delivery: Timing | null;
  /** Milliseconds by which the event loop was late. */
  readonly lag: { readonly mean: number; readonly max: number };
  /** Bytes. */
  readonly memory: { readonly resident: number; readonly heap: number };
  /** Bytes that wait for clients to read. */
  readonly queue: number;
}

export interface Timing {
  readonly count: number;
  readonly mean: number;
  readonly max: number;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One record of the server's log, without secrets. */
export interface LogRecord {
  readonly number: number;
  readonly time: number;
  readonly level: LogLevel;
  readonly message: string;
  /** Its other fields as JSON; empty if there are none. */
  readonly detail: string;
}

/** What the stream of the console sends. */
export type LiveMessage =
  | {
      readonly type: 'ready';
      /** The server's clock. */
      readonly time: number;
      readonly samples: readonly Sample[];
      readonly log: readonly LogRecord[];
    }
  | { readonly type: 'sample'; readonly sample: Sample }
  /** `missed`: records that this page did not get because there were too many. */
  | { readonly type: 'log'; readonly records: readonly LogRecord[]; readonly missed: number };
