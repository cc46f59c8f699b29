/**
 * The tap: a TCP forwarder at the address where clients connect. It records every chunk as it arrives, raw and with its
 * time. It passes on everything that TCP can express: bytes, the end of one direction, a reset, and back-pressure.
 */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import type { Endpoint } from '#dissect/model';
import { LIMITS } from '#protocol/limits';
import type { WireName } from '#protocol/messages';
import { ConnectionSlots } from '#protocol/connection-slots';
import { type TappedConnection, tapConnection } from './tapped-connection.ts';
import type { Recorder } from './recorder.ts';

const MAX_CONNECTIONS = 10_000;
/** Milliseconds between two warnings about dropped connections; each says how many there were since the last. */
const WARN_EVERY_MS = 10_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The part of a pino logger that is used here. */
export interface TapLog {
  warn(details: object, message: string): void;
}

export interface TapOptions {
  readonly wire: WireName;
  /** Where clients connect; port 0 picks a free one. */
  readonly listen: Address;
  /** Where the server itself listens. */
  readonly target: Address;
  readonly recorder: Recorder;
  readonly log?: TapLog;
  /** The connection limits, shared by all taps of a server; connections beyond them are dropped. */
  readonly slots?: ConnectionSlots;
  /** Milliseconds that a client has for the last bytes once the server has finished with it. */
  readonly linger?: number;
}

export interface Tap {
  readonly wire: WireName;
  /** Where clients connect, with the chosen port. */
  readonly address: Address;
  readonly connections: number;
  /**
   * The client behind the tap's own connection to the server, by that connection's local port. It is known by the time
   * the server accepts the connection, and until that closes. It lets a server log and limit by the true peer.
   */
  originOf(port: number): Endpoint | undefined;
  /** The open connections, in the order in which they came. */
  readonly open: Iterable<TappedConnection>;
  /** Number of its flow, by the same port. */
  flowOf(port: number): number | undefined;
  /** The server has closed its end of that connection. The client has the linger time to read the last bytes. */
  serverGone(port: number): void;
  /** Stops listening. Open connections go on. */
  refuse(): void;
  /** Stops listening and resets open connections. */
  close(): Promise<void>;
}

/** Starts a tap. Rejects with the error of `listen` (EADDRINUSE when the port is taken) or of the name look-up. */
export async function startTap(options: TapOptions): Promise<Tap> {
  // A numeric address is dialled at once, so that the local port is known before the server accepts.
  const { address: target } = await lookup(options.target.host);
  const { slots = new ConnectionSlots({ total: MAX_CONNECTIONS, perNetwork: MAX_CONNECTIONS }) } = options;
  const connections = new Set<TappedConnection>();
  const byPort = new Map<number, TappedConnection>();
  const dropped = dropWarning(options);
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
    const release = slots.take(client.remoteAddress ?? '');
    if (!release) return dropped(client);
    client.once('close', release);
    const upstream = connect({
      host: target,
      port: options.target.port,
      allowHalfOpen: true,
      noDelay: true,
    });
    const connection = tapConnection(client, upstream, {
      ...options,
      onClose: () => connection && connections.delete(connection),
    });
    if (!connection) return;
    connections.add(connection);
    rememberPort(upstream, connection, byPort);
  });
  const address = await listening(server, options.listen);
  // Accepting can fail while the tap runs, for lack of file descriptors: only that connection is lost.
  server.on('error', (err) => options.log?.warn({ wire: options.wire, err }, 'tap: cannot accept'));
  return {
    wire: options.wire,
    address,
    get connections() {
      return connections.size;
    },
    originOf: (port) => byPort.get(port)?.origin,
    open: connections,
    flowOf: (port) => byPort.get(port)?.flow,
    serverGone: (port) => byPort.get(port)?.serverGone(),
    refuse: () => void server.close(),
    close: () => closed(server, connections),
  };
}

/** Drops a connection. Many dropped connections make only one log line every now and then. */
function dropWarning({ log, wire }: TapOptions): (client: Socket) => void {
  let unsaid = 0;
  let warnedAt = -Infinity;
  return (client) => {
    const address = client.remoteAddress;
    client.destroy();
    unsaid += 1;
    const now = performance.now();
    if (now - warnedAt < WARN_EVERY_MS) return;
    warnedAt = now;
    log?.warn({ wire, address, connections: unsaid }, 'tap: connection cap reached');
    unsaid = 0;
  };
}

/** `connect` dials in a tick that it queues; by the next tick, the kernel has chosen the port. */
function rememberPort(
  upstream: Socket,
  connection: TappedConnection,
  byPort: Map<number, TappedConnection>,
): void {
  process.nextTick(() => {
    const port = upstream.localPort;
    if (port === undefined) return;
    byPort.set(port, connection);
    upstream.once('close', () => {
      // The kernel may have given the port to a newer connection by now.
      if (byPort.get(port) === connection) byPort.delete(port);
    });
  });
}

async function listening(server: Server, { host, port }: Address): Promise<Address> {
  server.listen({ host, port, backlog: LIMITS.listenBacklog });
  await once(server, 'listening');
  return { host, port: (server.address() as AddressInfo).port };
}

async function closed(server: Server, connections: ReadonlySet<TappedConnection>): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of connections) connection.reset();
  await done;
}
