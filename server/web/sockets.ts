/** The WebSockets of a page: who may open one, the hello that comes first, and what ends it. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { networkOf } from '#protocol/addresses';
import { EVERYONE, relayFor } from './class/own.ts';
import { Demo } from './demo.ts';
import { NOBODY, isRefused } from './entrance.ts';
import { checkHost, checkOrigin, isLoopback } from './guard.ts';
import { endRaw } from './http.ts';
import { PageSocket, cutSlowReader } from './page-socket.ts';
import { OlderTls } from './older-tls.ts';
import type { Place } from './place.ts';
import { placeAt } from './places.ts';
import type { SocketLimits, SocketOptions } from './socket-options.ts';

/** Answers upgrade requests (`placeAt` has the paths). Returns a function that closes every page's socket. */
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
  if (options.classroom) options.classroom.conversation.stage = demo;
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
    await demo.close();
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

function turnAway(socket: WebSocket): void {
  socket.on('error', () => socket.terminate());
  new PageSocket(socket).fail('too_many_pages', 'too many pages are open; close one of them');
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
    if (isRefused(visitor)) return page.fail(visitor.code, visitor.message);
    onHello();
    const unwatch = entrance?.watch(visitor, ({ code, message }) => page.fail(code, message));
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
