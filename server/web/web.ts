/** The web side of the workbench: pages, the API and the two WebSockets on one port. */
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { WhosePiece, WireInfo } from '#dissect/page-stream';
import type { Recorder } from '#tap/recorder';
import type { StandingFlows } from '#tap/step-in';
import { type CallerCaps, Callers } from './callers.ts';
import { CALLERS, CLASS_CALLERS, CLASS_SOCKETS } from './caps.ts';
import type { Plays } from './attacks/plays.ts';
import type { Live } from './console/live.ts';
import type { Classroom } from './class/classroom.ts';
import { Devices, type DevicesSeen } from './devices.ts';
import { tokenEntrance } from './entrance.ts';
import { isLoopback, isWildcard, lanAddress } from './guard.ts';
import { httpApp } from './http.ts';
import type { Metrics } from './metrics.ts';
import type { Operator } from './operator/routes.ts';
import type { RelayKeys } from './relay.ts';
import { SOCKET_LIMITS, type SocketLimits, type SocketOptions } from './socket-options.ts';
import { attachSockets } from './sockets.ts';

/** A class may come from behind one address, as where its Wi-Fi translates addresses. */
const CLASS_LIMITS = { sockets: CLASS_SOCKETS, socketsPerNetwork: CLASS_SOCKETS } as const;
/** Milliseconds. */
const DRAIN_TIME = 2_000;

export interface WebOptions {
  /** Beyond loopback, the token is required. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** 256 random bits as text. */
  readonly token: string;
  /** Where the built page is. */
  readonly staticDir: string;
  /** Where the built docs site is. Absent without one: in tests of the page. */
  readonly docsDir?: string | undefined;
  readonly version: string;
  /** Whose each part of the server is, if a learner's are among them. */
  readonly pieces?: readonly WhosePiece[] | undefined;
  /** Where clients connect; the relay connects there, too. */
  readonly wires: readonly WireInfo[];
  /** Absent without a tap. */
  readonly recorder?: Recorder | undefined;
  readonly relay: RelayKeys;
  /** The data folder, if commands must name it. */
  readonly data?: string | undefined;
  readonly operator?: Operator | undefined;
  readonly live?: Live | undefined;
  /** Absent where nothing is played: in tests of the page. */
  readonly attacks?: Plays | undefined;
  /** The connections at the taps, for who stands at a bench. Absent without a tap. */
  readonly standing?: StandingFlows | undefined;
  /** Absent where the workbench is not run for a class. It decides who comes in. */
  readonly classroom?: Classroom | undefined;
  readonly metrics?: Metrics | undefined;
  readonly log: Logger;
  readonly limits?: Partial<SocketLimits>;
  readonly demoPace?: SocketOptions['demoPace'];
  readonly callers?: CallerCaps;
  /** Milliseconds until the head of a request must be complete. */
  readonly headersTimeout?: number;
}

export interface Web {
  readonly address: { readonly host: string; readonly port: number };
  /** The link to open in a browser. If a token is needed, it is in the fragment, which no browser sends. */
  readonly url: string;
  /** A link that opens the console once, with this token: for a browser on this machine. */
  consoleLink(token: string): string;
  /** Other machines that have reached the page. */
  readonly devices: DevicesSeen;
  /** Says goodbye to the pages; other requests are still answered. */
  leave(): Promise<void>;
  /** Says goodbye to the pages, and stops. */
  close(): Promise<void>;
}

/** Starts the web side. Rejects with the error of `listen`: EADDRINUSE when the port is in use. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { host, port, recorder, limits, operator, live } = options;
  const callers = options.callers ?? (options.classroom ? CLASS_CALLERS : CALLERS);
  const token = isLoopback(host) ? undefined : options.token;
  const entrance = options.classroom ?? tokenEntrance(token);
  const app = await httpApp({ ...options, recorder, entrance });
  const leave = attachSockets(app.server, {
    ...options,
    recorder,
    entrance,
    console: operator && live && { sessions: operator.sessions, live },
    limits: { ...SOCKET_LIMITS, ...(options.classroom && CLASS_LIMITS), ...limits },
  });
  new Callers(callers).watch(app.server);
  const devices = new Devices();
  devices.watch(app.server);
  const close = async (): Promise<void> => {
    await leave();
    // A download that is nearly done may finish; one that is not being read does not hold the server up.
    const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_TIME);
    await app.close();
    clearTimeout(cut);
  };
  try {
    await app.listen({ host, port });
  } catch (error) {
    await close();
    throw error;
  }
  const address = { host, port: (app.server.address() as AddressInfo).port };
  return {
    address,
    url: startLink(address, options.classroom ? options.token : token),
    consoleLink: (secret) => consoleLink(address, secret),
    get devices() {
      return devices.seen;
    },
    leave,
    close,
  };
}

function startLink({ host, port }: Web['address'], token: string | undefined): string {
  const origin = originOf(isWildcard(host) ? (lanAddress() ?? '127.0.0.1') : host, port);
  return token === undefined ? origin : `${origin}#token=${token}`;
}

/** The console answers this machine only, so its link has the address of loopback wherever the server listens there. */
function consoleLink({ host, port }: Web['address'], token: string): string {
  const shown = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${originOf(shown, port)}console#open=${token}`;
}

/** The address of a page, with a slash at its end. */
export function originOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
