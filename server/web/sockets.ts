/** The WebSockets of a page: who may open one, the hello that comes first, and what ends it. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { WireInfo } from '#dissect/page-stream';
import type { Recorder } from '#tap/recorder';
import type { StandingFlows } from '#tap/step-in';
import { networkOf } from '#protocol/addresses';
import { SOCKETS } from './caps.ts';
import type { Plays } from './attacks/plays.ts';
import type { Classroom } from './class/classroom.ts';
import { EVERYONE, relayFor } from './class/own.ts';
import type { ConsoleStream } from './console/stream.ts';
import { Demo, type DemoOptions } from './demo.ts';
import { type Entrance, NOBODY, isRefused } from './entrance.ts';
import { type Refused, checkHost, checkOrigin, isLoopback } from './guard.ts';
import { endRaw } from './http.ts';
import { CLOSE_CODES, CLOSE_TIMEOUT, type PageErrorCode, PageSocket, cutSlowReader } from './page-socket.ts';
import { OlderTls } from './older-tls.ts';
import type { Place } from './place.ts';
import { placeAt } from './places.ts';
import type { RelayKeys } from './relay.ts';
import { LIVE_BACKLOG } from './tap-stream.ts';

/** Caps of the page's side; a test may lower them. */
export const SOCKET_LIMITS = {
  sockets: SOCKETS.total,
  socketsPerNetwork: SOCKETS.perNetwork,
  /** Bytes of one text from a page: the longest message with every character escaped, and some more. */
  payload: 32 * 1024,
  /** Frames that a text may be cut into, and pieces that a frame may arrive in: a limit for floods of tiny ones. */
  fragments: 64,
  chunks: 1_024,
  /** Milliseconds a page may take to say hello. */
  helloTimeout: 10_000,
  /** Milliseconds between two heartbeats; a page that has not answered by the next one is gone. */
  heartbeat: 30_000,
  /** Milliseconds a page may take to answer the closing handshake. */
  closeTimeout: CLOSE_TIMEOUT,
  /** Bytes that a page may lag behind the tap. */
  liveBacklog: LIVE_BACKLOG,
} as const;

export type SocketLimits = { readonly [K in keyof typeof SOCKET_LIMITS]: number };

export interface SocketOptions {
  /** The address that the server listens on. */
  readonly host: string;
  readonly entrance: Entrance;
  /** Absent where there is none. */
  readonly classroom?: Classroom | undefined;
  readonly version: string;
  readonly wires: readonly WireInfo[];
  readonly recorder: Recorder | undefined;
  readonly relay: RelayKeys;
  /** Absent without an operator: in tests of the page. */
  readonly console?: ConsoleStream | undefined;
  /** Absent where nothing is played: in tests of the page. */
  readonly attacks?: Plays | undefined;
  readonly standing?: StandingFlows | undefined;
  readonly log: Logger;
  readonly limits: SocketLimits;
  /** How fast the demo conversation goes; a test may hurry it. */
  readonly demoPace?: DemoOptions['pace'];
}

/** Answers upgrade requests on `/ws/tap`, `/ws/chat`, `/ws/wire`, `/ws/attacks`, `/ws/bench` and `LIVE_PATH`. Returns a function that closes every page's socket. */
export function attachSockets(server: Server, options: SocketOptions): () => Promise<void> {
  const { host, limits } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.payload,
    maxFragments: limits.fragments,
    maxBufferedChunks: limits.chunks,
    // Answered here, so that pongs also count for a peer that asks for them and does not read.
    autoPong: false,
  });
  const guests = new Guests(limits);
  const ending = new Set<Promise<void>>();
  const { wires, demoPace } = options;
  const relay = relayFor(options, EVERYONE);
  const demo = new Demo({
    wires,
    relay,
    isLoopback: isLoopback(host),
    ...(demoPace && { pace: demoPace }),
  });
  const shared = { demo, olderTls: new OlderTls(wires, relay) };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { headers } = request;
    const refused = checkHost(headers.host, host) ?? checkOrigin(headers);
    if (refused) return endRaw(socket, '403 Forbidden', refused);
    const place = placeAt(request, options, shared);
    if (!place) return endRaw(socket, '404 Not Found', { code: 'not_found', message: 'no WebSocket here' });
    if ('refused' in place) return endRaw(socket, place.status, place.refused);
    sockets.handleUpgrade(request, socket, head, (opened) => {
      if (!guests.admit(opened, request.socket.remoteAddress ?? '')) return turnAway(opened);
      welcome(opened, place, options, {
        onHello: () => guests.settled(opened),
        onEnd: (end) => {
          ending.add(end);
          void end.finally(() => ending.delete(end));
        },
      });
    });
  });
  const stopHeartbeat = heartbeat(sockets, limits.heartbeat);
  return async () => {
    stopHeartbeat();
    await Promise.all([...sockets.clients].map(closed));
    await Promise.all(ending);
    sockets.close();
  };
}

/** The open WebSockets. When there is no room for a new one, one that has not said hello is closed. */
class Guests {
  readonly #caps: SocketLimits;
  /** In the order in which they came; the value is the network. */
  readonly #all = new Map<WebSocket, string>();
  readonly #silent = new Set<WebSocket>();

  constructor(caps: SocketLimits) {
    this.#caps = caps;
  }

  /** False if there is no room for this one. */
  admit(socket: WebSocket, address: string): boolean {
    const network = networkOf(address);
    const { sockets, socketsPerNetwork } = this.#caps;
    const ofNetwork = [...this.#all.keys()].filter((other) => this.#all.get(other) === network);
    const full =
      ofNetwork.length >= socketsPerNetwork ? ofNetwork : this.#all.size >= sockets && [...this.#all.keys()];
    if (full && !this.#makeRoom(full)) return false;
    this.#all.set(socket, network);
    this.#silent.add(socket);
    socket.once('close', () => this.#forget(socket));
    return true;
  }

  /** The page has said hello. */
  settled(socket: WebSocket): void {
    this.#silent.delete(socket);
  }

  #makeRoom(among: readonly WebSocket[]): boolean {
    const silent = among.find((socket) => this.#silent.has(socket));
    if (!silent) return false;
    this.#forget(silent);
    silent.terminate();
    return true;
  }

  #forget(socket: WebSocket): void {
    this.#all.delete(socket);
    this.#silent.delete(socket);
  }
}

<<<<<<< HEAD
/** What all pages share. */
interface Shared {
  readonly demo: Demo;
  readonly olderTls: OlderTls;
}

function placeAt(
  request: IncomingMessage,
  options: SocketOptions,
  shared: Shared,
): Place | NoPlace | undefined {
  const { token, limits } = options;
  const pageOf = <Out extends { readonly type: string }>(socket: WebSocket): PageSocket<Out> =>
    new PageSocket(socket, limits.closeTimeout);
  switch (pathOf(request)) {
    case '/ws/tap':
      return { token, hello: parseHello, start: (socket) => tapService(pageOf(socket), options) };
    case '/ws/chat':
      return { token, hello: parseHello, start: (socket) => chatService(pageOf(socket), options, shared) };
    case '/ws/wire':
      return {
        token,
        hello: parseWireHello,
        start: (socket, hello) => wireService(pageOf(socket), socket, hello, options),
      };
    case '/ws/attacks':
      return attackPlace(request, options, (socket, attacks) => playService(pageOf(socket), attacks));
    case '/ws/bench':
      return attackPlace(request, options, (socket, attacks) =>
        benchService(pageOf(socket), attacks, options.wires, options.standing),
      );
    case LIVE_PATH:
      return options.console && consolePlace(request, options.console, limits.closeTimeout);
    default:
      return undefined;
  }
}

/** Where attacks are played, and who may have them played. */
function attackPlace(
  { socket }: IncomingMessage,
  { attacks, host, token }: SocketOptions,
  start: (socket: WebSocket, attacks: Plays) => Service,
): Place | NoPlace | undefined {
  if (!attacks) return undefined;
  const refused = checkPlayer(host, socket);
  if (refused) return { status: '403 Forbidden', refused };
  return { token, hello: parseHello, start: (opened) => start(opened, attacks) };
}

=======
>>>>>>> 92e0682 (A class: who is in it, who is whose, and who may see which connection)
function turnAway(socket: WebSocket): void {
  socket.on('error', () => socket.terminate());
  new PageSocket(socket).fail('too_many_pages', 'too many pages are open; close one of them');
}

function refuse(page: PageSocket<never>, { code, message }: Refused): void {
  page.fail(code in CLOSE_CODES ? (code as PageErrorCode) : 'bad_request', message);
}

function welcome(
  socket: WebSocket,
  { hello: parse, start, entrance }: Place,
  options: SocketOptions,
  { onHello, onEnd }: { onHello: () => void; onEnd: (end: Promise<void>) => void },
): void {
  const { limits, log } = options;
  const page = new PageSocket<never>(socket);
  // For a text that is too long, not UTF-8 or the like, `ws` closes the socket with the matching code.
  socket.on('error', (error) =>
    log.warn({ detail: error.message }, 'web: a page broke the WebSocket protocol'),
  );
  socket.on('ping', (data: Buffer) => {
    socket.pong(data, false, () => undefined);
    cutSlowReader(socket);
  });
  const late = setTimeout(
    () => page.fail('hello_timeout', 'the first text must be a hello'),
    limits.helloTimeout,
  );
  socket.once('close', () => clearTimeout(late));
  socket.once('message', (data: RawData, binary: boolean) => {
    clearTimeout(late);
    const hello = binary ? { problem: 'expected a text' } : parse(textOf(data));
    if ('problem' in hello)
      return page.fail('bad_request', `${hello.problem}; the first text must be a hello`);
    const visitor = entrance?.visitorOf(hello.token) ?? NOBODY;
    if (isRefused(visitor)) return refuse(page, visitor);
    onHello();
    const unwatch = entrance?.watch(visitor, (why) => refuse(page, why));
    socket.once('close', () => unwatch?.());
    const service = start(socket, hello, visitor);
    if (!service) return;
    socket.on('message', (next: RawData, isBinary: boolean) => {
      if (!isBinary) service.text(textOf(next));
      else if (service.binary) service.binary(next);
      else page.fail('bad_request', 'expected a text');
    });
    socket.once('close', () => onEnd(service.end()));
  });
}

function heartbeat(sockets: WebSocketServer, interval: number): () => void {
  const asked = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (asked.has(socket)) {
        socket.terminate();
        continue;
      }
      asked.add(socket);
      socket.once('pong', () => asked.delete(socket));
      socket.ping();
    }
  }, interval);
  timer.unref();
  return () => clearInterval(timer);
}

function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState === socket.CLOSED) return Promise.resolve();
  const done = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  new PageSocket(socket).leave();
  return done;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString();
}
