/**
 * `GET /metrics` for Prometheus. The server's plain counters are read on each request; only commits, which are few, are
 * reported as they happen. Nothing here asks the store, whose only connection the chat needs.
 */
import { stat } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { checkBearer } from './guard.ts';
import { OPERATOR_REFUSED } from './console/access.ts';
import { connectionsByWire, memberCount } from './operator/views.ts';
import type { ChatServer, Stopwatch } from '#runtime/server';

/** Where the metrics come from. */
export interface MetricsSource {
  readonly server: ChatServer;
  /** Absent without a tap: bytes held, and the cap on them. */
  readonly recorder?: { readonly held: number; readonly cap: number; readonly recorded: number } | undefined;
  /** Path of the database. */
  readonly database: string;
  readonly certificateEnds: () => number;
}

type Samples = Iterable<readonly [label: string, value: number]> | number;

export interface MetricRow {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  /** The name of its label, if it has one. */
  readonly label?: string;
  readonly read: (source: MetricsSource) => Samples | Promise<Samples>;
}

const LOGIN_OUTCOMES = [
  ['succeeded', 'login.succeeded'],
  ['failed', 'login.failed'],
  ['throttled', 'login.throttled'],
  ['second_factor_failed', 'login.second_factor_failed'],
  ['resumed', 'session.resumed'],
] as const;

const bytes = (direction: 'in' | 'out') => (source: MetricsSource) =>
  [...source.server.traffic()].map(([wire, sums]) => [wire, sums[direction]] as const);

export const METRICS: readonly MetricRow[] = [
  {
    name: 'wireglass_connections',
    kind: 'gauge',
    label: 'wire',
    help: 'Open connections.',
    read: ({ server }) => connectionsByWire(server),
  },
  {
    name: 'wireglass_connections_accepted_total',
    kind: 'counter',
    label: 'wire',
    help: 'Connections whose channel has opened.',
    read: ({ server }) => server.hub.tally.accepted.entries(),
  },
  {
    name: 'wireglass_connections_ended_total',
    kind: 'counter',
    label: 'code',
    help: 'Connections that have ended, by reason: done, reset, or an error code.',
    read: ({ server }) => server.hub.tally.ended.entries(),
  },
  {
    name: 'wireglass_members',
    kind: 'gauge',
    help: 'People in the chat; a person with several connections counts once.',
    read: ({ server }) => memberCount(server),
  },
  {
    name: 'wireglass_rooms',
    kind: 'gauge',
    help: 'Rooms.',
    read: ({ server }) => server.hub.state.rooms.size,
  },
  {
    name: 'wireglass_accounts',
    kind: 'gauge',
    help: 'Accounts.',
    read: ({ server }) => server.hub.state.accountsByKey.size,
  },
  {
    name: 'wireglass_messages_stored_total',
    kind: 'counter',
    help: 'Messages that were committed.',
    read: ({ server }) => server.hub.tally.messages,
  },
  {
    name: 'wireglass_database_size_bytes',
    kind: 'gauge',
    help: 'Size of the database, without its write-ahead log.',
    read: async ({ database }) => (await stat(database)).size,
  },
  {
    name: 'wireglass_commits_pending',
    kind: 'gauge',
    help: 'Messages waiting for their commit.',
    read: ({ server }) => server.hub.state.pendingCommits,
  },
  {
    name: 'wireglass_deliveries_total',
    kind: 'counter',
    help: 'Frames queued for clients; a message to ten members counts ten times.',
    read: ({ server }) => server.hub.tally.deliveries,
  },
  {
    name: 'wireglass_received_bytes_total',
    kind: 'counter',
    label: 'wire',
    help: 'Bytes read from sockets, including handshakes.',
    read: bytes('in'),
  },
  {
    name: 'wireglass_sent_bytes_total',
    kind: 'counter',
    label: 'wire',
    help: 'Bytes written to sockets, including handshakes.',
    read: bytes('out'),
  },
  {
    name: 'wireglass_refusals_total',
    kind: 'counter',
    label: 'code',
    help: 'Requests that were refused, by error code.',
    read: ({ server }) => server.hub.tally.refusals.entries(),
  },
  {
    name: 'wireglass_logins_total',
    kind: 'counter',
    label: 'outcome',
    help: 'Logins, by outcome.',
    read: ({ server }) =>
      LOGIN_OUTCOMES.map(([outcome, event]) => [outcome, server.hub.tally.events.of(event)] as const),
  },
  {
    name: 'wireglass_audit_events_total',
    kind: 'counter',
    label: 'event',
    help: 'Entries for the audit log.',
    read: ({ server }) => server.hub.tally.events.entries(),
  },
  {
    name: 'wireglass_passwords_waiting',
    kind: 'gauge',
    help: 'Passwords waiting for bcrypt.',
    read: ({ server }) => server.passwords.waiting,
  },
  {
    name: 'wireglass_certificate_expiry_timestamp_seconds',
    kind: 'gauge',
    help: 'When the server’s certificate expires, in seconds since 1970.',
    read: ({ certificateEnds }) => certificateEnds() / 1_000,
  },
  {
    name: 'wireglass_tap_events_total',
    kind: 'counter',
    help: 'Events that the taps have recorded: pieces of flows, their beginnings and ends, and secrets.',
    read: ({ recorder }) => recorder?.recorded ?? 0,
  },
  {
    name: 'wireglass_tap_held_bytes',
    kind: 'gauge',
    help: 'Memory that the taps’ recording takes now.',
    read: ({ recorder }) => recorder?.held ?? 0,
  },
];

/** The histograms, which a stopwatch fills. */
export const HISTOGRAMS = [
  {
    name: 'wireglass_commit_messages',
    help: 'Messages in one commit.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096],
  },
  {
    name: 'wireglass_commit_duration_seconds',
    help: 'Time that a commit took, including its sync to the disk.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  {
    name: 'wireglass_delivery_duration_seconds',
    help: 'Time from the first message of a commit until the frames of all were given to the sockets.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
] as const;

/** The registry of one server. */
export class Metrics implements Stopwatch {
  readonly #registry = new Registry();
  readonly #sizes: Histogram;
  readonly #times: Histogram;
  readonly #deliveries: Histogram;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    const [sizes, times, deliveries] = HISTOGRAMS.map(
      ({ name, help, buckets }) =>
        new Histogram({ name, help, buckets: [...buckets], registers: [this.#registry] }),
    );
    this.#sizes = sizes as Histogram;
    this.#times = times as Histogram;
    this.#deliveries = deliveries as Histogram;
  }

  readonly committed = (messages: number, took: number): void => {
    this.#sizes.observe(messages);
    this.#times.observe(took / 1_000);
  };

  readonly delivered = (_messages: number, took: number): void => this.#deliveries.observe(took / 1_000);

  /** Called once, when there is a server to monitor. */
  watch(source: MetricsSource): void {
    for (const row of METRICS) this.#register(row, source);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #register({ name, help, kind, label, read }: MetricRow, source: MetricsSource): void {
    const Kind = kind === 'counter' ? Counter : Gauge;
    const labelNames = label === undefined ? [] : [label];
    const metric: Counter | Gauge = new Kind({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect: async () => {
        const samples = await read(source);
        metric.reset();
        if (typeof samples === 'number') return metric.inc(samples);
        for (const [value, count] of samples) metric.inc({ [label ?? '']: value }, count);
      },
    });
  }
}

/** If there is a `token`, requests must have it. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics, token: string | undefined): void {
  app.get('/metrics', async ({ headers }, reply) => {
    const refused = checkBearer(headers, token, OPERATOR_REFUSED);
    if (refused) {
      void reply.header('www-authenticate', 'Bearer');
      return reply.code(refused.status).send({ code: refused.code, message: refused.message });
    }
    void reply.header('cache-control', 'no-store').type(metrics.contentType);
    return metrics.text();
  });
}
