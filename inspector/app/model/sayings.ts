/**
 * What this page said last on each wire, and over which connections. Times are those of the tap's clock, in
 * milliseconds since 1970: unlike the numbers of connections, they still mean the same after the server was restarted.
 */
import * as v from 'valibot';
import type { FlowSummary, WireRecord } from '#dissect/model';
import { WIRE_NAMES, type WireName } from '#wire/messages';
import { saysAnything } from './messages.ts';
import { isSealed } from './news.ts';

const PLACE = v.object({ time: v.number(), offset: v.number() });
const SAYING = v.object({
  request: v.string(),
  text: v.string(),
  messageId: v.number(),
  milliseconds: v.number(),
  at: v.number(),
  port: v.optional(v.number()),
  place: v.optional(PLACE),
});
const CONNECTION = v.object({ wire: v.picklist(WIRE_NAMES), port: v.number(), since: v.number() });
const OWN = v.object({
  request: v.optional(v.string()),
  last: v.object(v.entriesFromList(WIRE_NAMES, v.optional(SAYING))),
  connections: v.array(CONNECTION),
});

/** Where a record stands in its direction of its connection: the same with keys and without. */
export type Place = Readonly<v.InferOutput<typeof PLACE>>;

/** One message on one wire. */
export type Saying = Readonly<v.InferOutput<typeof SAYING>>;

export interface Own {
  /** Names the newest message; absent before there is one. */
  readonly request?: string | undefined;
  readonly last: Readonly<Partial<Record<WireName, Saying | undefined>>>;
  /** Connections that carried a message of this page, the newest last. `since` is when the first one was sent. */
  readonly connections: readonly { readonly wire: WireName; readonly port: number; readonly since: number }[];
}

export const NOTHING_SAID: Own = { last: {}, connections: [] };

/** Connections that are remembered. A reload makes four. */
const MAX_CONNECTIONS = 200;

/** `own` with another message. It is the newest one on its wire, whatever was asked for since. */
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

/** `own` with the place of the record that carries the last message of a wire. */
export function withPlace(own: Own, wire: WireName, place: Place): Own {
  const saying = own.last[wire];
  return saying ? { ...own, last: { ...own.last, [wire]: { ...saying, place } } } : own;
}

/** What was kept as text, or nothing where that is not what this page writes. */
export function readOwn(text: string | null): Own {
  try {
    return v.parse(OWN, JSON.parse(text ?? '{}'));
  } catch {
    return NOTHING_SAID;
  }
}

/** Milliseconds after which a message that has not crossed the wire has failed. */
export const LONGEST_WAY = 20_000;

/** Whether a connection is the one of this page that carried something at `at`: somebody else had the port later. */
export function isOwnFlow({ client, server, started }: FlowSummary, port: number, at: number): boolean {
  // A client that was just coming back connects first.
  return client.port === port && started <= at + LONGEST_WAY && isLocal(client.address, server.address);
}

/** The server runs this page's clients; one of another machine may have the same port. */
function isLocal(client: string, server: string): boolean {
  return client === server || /^(?:127\.|::1$|::ffff:127\.)/.test(client);
}

/**
 * Whether the record carries a message of this page. Without keys nobody can tell a message from what else its client
 * sends on the same connection, such as a ping.
 */
export function isOwnRecord(connections: Own['connections'], record: WireRecord, flow: FlowSummary): boolean {
  if (record.dir !== 'c2s' || !(isSealed(record) || saysAnything(record))) return false;
  return connections.some(
    ({ wire, port, since }) => wire === flow.wire && record.time >= since && isOwnFlow(flow, port, since),
  );
}
