/**
 * The tap: a TCP forwarder that stands where clients connect. It records every chunk as it arrives, raw and with
 * its time, and passes on what TCP can say: bytes, the end of one direction, a reset, and "not so fast".
 */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import type { Endpoint } from '#dissect/model';
import type { WireName } from '#wire/messages';
import { type Link, openLink } from './link.ts';
import type { Recorder } from './recorder.ts';

const MAX_CONNECTIONS = 10_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What of a pino logger is used here. */
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
  /** Connections at a time; further ones are dropped. */
  readonly maxConnections?: number;
}

export interface Tap {
  readonly wire: WireName;
  /** Where clients connect, with the port that was picked. */
  readonly address: Address;
  readonly connections: number;
  /**
   * The client behind the tap's own connection to the server, by that connection's local port; known by the time
   * the server accepts it, and until the connection closes. Lets a server log and limit by the true peer.
   */
  originOf(port: number): Endpoint | undefined;
  /** Stops listening and resets what is still open. */
  close(): Promise<void>;
}

/** Starts a tap. Rejects with the error of `listen` (EADDRINUSE when the port is taken) or of the name look-up. */
export async function startTap(options: TapOptions): Promise<Tap> {
  // A numeric address is dialled at once, which is what makes the local port known before the server accepts.
  const { address: target } = await lookup(options.target.host);
  const links = new Set<Link>();
  const origins = new Map<number, Endpoint>();
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
    const upstream = connect({
      host: target,
      port: options.target.port,
      allowHalfOpen: true,
      noDelay: true,
    });
    const link = openLink(client, upstream, { ...options, onClose: () => link && links.delete(link) });
    if (!link) return;
    links.add(link);
    rememberOrigin(upstream, link.origin, origins);
  });
  server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
  server.on('drop', () => options.log?.warn({ wire: options.wire }, 'tap: connection cap reached'));
  const address = await listening(server, options.listen);
  // Accepting can fail while the tap runs, for want of file descriptors: that connection is lost, nothing else.
  server.on('error', (err) => options.log?.warn({ wire: options.wire, err }, 'tap: cannot accept'));
  return {
    wire: options.wire,
    address,
    get connections() {
      return links.size;
    },
    originOf: (port) => origins.get(port),
    close: () => closed(server, links),
  };
}

/** `connect` dials in a tick that it has queued; in the one queued after it the kernel has chosen the port. */
function rememberOrigin(upstream: Socket, origin: Endpoint, origins: Map<number, Endpoint>): void {
  process.nextTick(() => {
    const port = upstream.localPort;
    if (port === undefined) return;
    origins.set(port, origin);
    upstream.once('close', () => {
      // The kernel may have given the port to a newer connection by now.
      if (origins.get(port) === origin) origins.delete(port);
    });
  });
}

async function listening(server: Server, { host, port }: Address): Promise<Address> {
  server.listen({ host, port });
  await once(server, 'listening');
  return { host, port: (server.address() as AddressInfo).port };
}

async function closed(server: Server, links: ReadonlySet<Link>): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const link of links) link.reset();
  await done;
}
