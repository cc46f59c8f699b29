/**
 * What this page last said on each wire, and over which connections. Times are those of the tap's clock, in
 * milliseconds since 1970: unlike the numbers of connections, they keep their meaning when the server is restarted.
 */
import * as v from 'valibot';
import type { FlowSummary, WireRecord } from '#dissect/model';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { saysAnything } from './messages.ts';
import { isSealed } from '../reading/news.ts';

const POSITION = v.object({ time: v.number(), offset: v.number() });
const SAYING = v.object({
  request: v.string(),
  text: v.string(),
  messageId: v.number(),
  milliseconds: v.number(),
  at: v.number(),
  port: v.optional(v.number()),
  position: v.optional(POSITION),
});
const CONNECTION = v.object({ wire: v.picklist(WIRE_NAMES), port: v.number(), since: v.number() });
const OWN = v.object({
  request: v.optional(v.string()),
  last: v.object(v.entriesFromList(WIRE_NAMES, v.optional(SAYING))),
  connections: v.array(CONNECTION),
});

/** The position of a record in its direction of its connection, which is the same with and without keys. */
export type RecordPosition = Readonly<v.InferOutput<typeof POSITION>>;

/** One message on one wire. */
export type Saying = Readonly<v.InferOutput<typeof SAYING>>;

export interface Own {
  /** Identifies the newest message; absent before there is one. */
  readonly request?: string | undefined;
  readonly last: Readonly<Partial<Record<WireName, Saying | undefined>>>;
  /** Connections that carried a message of this page, the newest last. `since` is when the first one was sent. */
  readonly connections: readonly { readonly wire: WireName; readonly port: number; readonly since: number }[];
}

export const NOTHING_SAID: Own = { last: {}, connections: [] };

/** How many connections are remembered. A reload makes four. */
const MAX_CONNECTIONS = 200;

/** `own` with another message, which becomes the newest on its wire. */
export function withSaying(own: Own, wire: WireName, saying: Saying): Own {
  return {
    request: own.request,
    last: { ...own.last, [wire]: saying },
    connections: withConnection(own.connections, wire, saying),
  };
}

function withConnection(known: Own['connections'], wire: WireName, { port, at }: Saying): Own['connections'] {
  if (port === undefined) return known;
  const isKnown = known.some((one) => one.wire === wire && one.port === port && one.since <= at);
  return isKnown ? known : [...known, { wire, port, since: at }].slice(-MAX_CONNECTIONS);
}

/** `own` with the position of the record that carries the last message on a wire. */
export function withPosition(own: Own, wire: WireName, position: RecordPosition): Own {
  const saying = own.last[wire];
  return saying ? { ...own, last: { ...own.last, [wire]: { ...saying, position } } } : own;
}

/** Reads what was stored as text; empty if it is not in the format of this page. */
export function readOwn(text: string | null): Own {
  try {
    return v.parse(OWN, JSON.parse(text ?? '{}'));
  } catch {
    return NOTHING_SAID;
  }
}

/** Milliseconds after which a message that has not crossed the wire has failed. */
export const LONGEST_WAY = 20_000;

/**
 * Whether this is the page's own connection that carried something at `at`. Later, somebody else may have the port.
 */
export function isOwnFlow({ client, server, started }: FlowSummary, port: number, at: number): boolean {
  // A client that was reconnecting connects first.
  return client.port === port && started <= at + LONGEST_WAY && isLocal(client.address, server.address);
}

/** The server runs this page's clients; a client on another machine may have the same port. */
function isLocal(client: string, server: string): boolean {
  return client === server || /^(?:127\.|::1$|::ffff:127\.)/.test(client);
}

/**
 * Whether the record carries a message of this page. Without keys, a message cannot be told from anything else that
 * its client sends on the same connection, such as a ping.
 */
export function isOwnRecord(connections: Own['connections'], record: WireRecord, flow: FlowSummary): boolean {
  if (record.dir !== 'c2s' || !(isSealed(record) || saysAnything(record))) return false;
  return connections.some(
    ({ wire, port, since }) => wire === flow.wire && record.time >= since && isOwnFlow(flow, port, since),
  );
}
