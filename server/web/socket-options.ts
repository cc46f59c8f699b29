/** What the WebSockets of a page need, and their caps. */
import type { Logger } from 'pino';
import type { WireInfo } from '#dissect/page-stream';
import type { Recorder } from '#tap/recorder';
import type { StandingFlows } from '#tap/step-in';
import type { Plays } from './attacks/plays.ts';
import { SOCKETS } from './caps.ts';
import type { Classroom } from './class/classroom.ts';
import type { ConsoleStream } from './console/stream.ts';
import type { DemoOptions } from './demo.ts';
import type { Entrance } from './entrance.ts';
import { CLOSE_TIMEOUT } from './page-socket.ts';
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
