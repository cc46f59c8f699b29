/** What serves a page at each path of a WebSocket. */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { WireRelayMessage } from '#client/relayed/messages';
import type { ClassMessage } from '#dissect/page-class';
import type { RelayMessage, TapStreamMessage } from '#dissect/page-stream';
import { plainAddress } from '#protocol/addresses';
import { benchService } from './attacks/bench-service.ts';
import { NOT_FOR_STUDENTS, type Plays, checkPlayer } from './attacks/plays.ts';
import { playService } from './attacks/service.ts';
import type { Classroom } from './class/classroom.ts';
import { relayFor, sourceFor, standingFor } from './class/own.ts';
import { classService } from './class/service.ts';
import { LIVE_PATH, consolePlace } from './console/stream.ts';
import type { Demo, DemoNews } from './demo.ts';
import { type Visitor, isStudent } from './entrance.ts';
import { pathOf } from './http.ts';
import type { OlderTls } from './older-tls.ts';
import { PageSocket } from './page-socket.ts';
import type { AnyHello, NoPlace, Place, Service } from './place.ts';
import { Relay } from './relay.ts';
import { parseHello, parseRequest, parseWireHello } from './requests.ts';
import type { SocketOptions } from './socket-options.ts';
import { streamTap } from './tap-stream.ts';
import { WireRelay } from './wire-relay.ts';

/** What all pages share. */
export interface Shared {
  readonly demo: Demo;
  readonly olderTls: OlderTls;
}

type PageOf = <Out extends { readonly type: string }>(socket: WebSocket) => PageSocket<Out>;

interface Asked {
  readonly request: IncomingMessage;
  readonly options: SocketOptions;
  readonly shared: Shared;
  readonly pageOf: PageOf;
}

const PLACES: ReadonlyMap<string, (asked: Asked) => Place | NoPlace | undefined> = new Map([
  [
    '/ws/tap',
    ({ options, pageOf }) => ({
      entrance: options.entrance,
      hello: parseHello,
      start: (socket, _, visitor) => tapService(pageOf(socket), options, visitor),
    }),
  ],
  [
    '/ws/chat',
    ({ options, shared, pageOf }) => ({
      entrance: options.entrance,
      hello: parseHello,
      start: (socket, _, visitor) => chatService(pageOf(socket), { ...options, ...shared }, visitor),
    }),
  ],
  [
    '/ws/wire',
    ({ options }) => ({
      entrance: options.entrance,
      hello: parseWireHello,
      start: (socket, hello, visitor) => wireService(socket, hello, options, visitor),
    }),
  ],
  [
    '/ws/class',
    ({ request, options: { classroom }, pageOf }) => classroom && classPlace(request, classroom, pageOf),
  ],
  [
    '/ws/attacks',
    ({ request, options, pageOf }) =>
      attackPlace(request, options, (socket, attacks) => playService(pageOf(socket), attacks)),
  ],
  [
    '/ws/bench',
    ({ request, options, pageOf }) =>
      attackPlace(request, options, (socket, attacks, visitor) =>
        benchService(pageOf(socket), attacks, options.wires, standingFor(options, visitor)),
      ),
  ],
  [
    LIVE_PATH,
    ({ request, options: { console, limits } }) =>
      console && consolePlace(request, console, limits.closeTimeout),
  ],
] satisfies [string, (asked: Asked) => Place | NoPlace | undefined][]);

export const SOCKET_PATHS: readonly string[] = [...PLACES.keys()];

export function placeAt(
  request: IncomingMessage,
  options: SocketOptions,
  shared: Shared,
): Place | NoPlace | undefined {
  const pageOf: PageOf = (socket) => new PageSocket(socket, options.limits.closeTimeout);
  return PLACES.get(pathOf(request))?.({ request, options, shared, pageOf });
}

function classPlace(
  { socket: { remoteAddress } }: IncomingMessage,
  classroom: Classroom,
  pageOf: PageOf,
): Place {
  const address = plainAddress(remoteAddress);
  return {
    entrance: classroom,
    hello: parseHello,
    start: (socket, _, { person }) =>
      person && classService(pageOf<ClassMessage>(socket), { classroom, person, address }),
  };
}

/** Where attacks are played, and who may have them played. */
function attackPlace(
  { socket }: IncomingMessage,
  { attacks, host, entrance }: SocketOptions,
  start: (socket: WebSocket, attacks: Plays, visitor: Visitor) => Service,
): Place | NoPlace | undefined {
  if (!attacks) return undefined;
  const refused = checkPlayer(host, socket);
  if (refused) return { status: '403 Forbidden', refused };
  return {
    entrance,
    hello: parseHello,
    start: (opened, _, visitor) => {
      if (!isStudent(visitor)) return start(opened, attacks, visitor);
      new PageSocket(opened).fail(NOT_FOR_STUDENTS.code, NOT_FOR_STUDENTS.message);
      return undefined;
    },
  };
}

function tapService(page: PageSocket<TapStreamMessage>, options: SocketOptions, visitor: Visitor): Service {
  const { version, wires, limits } = options;
  const source = sourceFor(options, visitor);
  const { held, cap, time } = source
    ? { held: source.held, cap: source.cap, time: source.now() }
    : { held: 0, cap: 0, time: 0 };
  page.send({ type: 'ready', version, wires, time, held, cap });
  const stop = source && streamTap(page, source, limits.liveBacklog);
  return {
    text: () => page.fail('bad_request', 'the tap stream accepts nothing after the hello'),
    end: async () => stop?.(),
  };
}

function chatService(
  page: PageSocket<RelayMessage>,
  options: SocketOptions & Shared,
  { person }: Visitor,
): Service {
  const { wires, recorder, log, demo, olderTls } = options;
  const relay = new Relay(page, wires, relayFor(options, person), recorder?.now);
  const tell = (news: DemoNews): void => page.send(news);
  return {
    text: (text) => {
      const request = parseRequest(text);
      if ('problem' in request) page.fail('bad_request', request.problem);
      else if (request.type === 'say') relay.say(request);
      else if (request.type === 'demo') demo.ask(request, tell);
      else if (request.type === 'older-tls') void olderTls.make().then((news) => page.send(news));
    },
    end: () =>
      Promise.all([relay.close(), demo.leave(tell), olderTls.settled])
        .then(() => undefined)
        .catch((err: unknown) => log.error({ err }, 'web: a page’s clients did not close')),
  };
}

function wireService(
  socket: WebSocket,
  hello: AnyHello,
  options: SocketOptions,
  { person }: Visitor,
): Service | undefined {
  const { wires, limits } = options;
  const page = new PageSocket<WireRelayMessage>(socket, limits.closeTimeout);
  const info = wires.find(({ wire }) => 'wire' in hello && wire === hello.wire);
  if (info) return WireRelay.start(page, socket, info, relayFor(options, person));
  page.fail('not_found', 'the server does not offer this wire');
  return undefined;
}
