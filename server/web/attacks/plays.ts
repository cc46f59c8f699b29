/** Attacks that a page watches: what plays them, and who may have them played. */
import type { Socket } from 'node:net';
import type { AttackTable, Pace, PlayMessage, PlayRequest } from '#dissect/page-attacks';
import type { BenchMessage, BenchRequest } from '#dissect/page-bench';
import type { WireName } from '#protocol/messages';
import type { SteppedIn } from '#tap/step-in';
import { NOBODY, isStudent } from '../entrance.ts';
import { type Refused, checkSameMachine, isLoopback } from '../guard.ts';

/** In front of a wire of the workbench. */
interface OwnPlace {
  readonly target: string;
  readonly wire: WireName;
  readonly address: { readonly host: string; readonly port: number };
}

export interface Plays {
  table(): Promise<AttackTable>;
  /** Undefined when too many wait already. */
  play(
    wanted: Extract<PlayRequest, { type: 'play' }>,
    tell: (message: PlayMessage) => void,
  ): { pace(wanted: Pace): void; stop(): Promise<void> } | undefined;
  /** A place at a bench, which is opened when it is asked for. */
  bench(tell: (message: BenchMessage) => void): {
    request(request: BenchRequest): void;
    own(wanted: OwnPlace, step?: () => Promise<SteppedIn>): void;
    leave(): Promise<void>;
  };
  capture(id: string): Uint8Array | undefined;
}

const REFUSED: Refused = {
  status: 403,
  code: 'other_machine',
  message:
    'this server is open to the network, so attacks are played only for a browser on its own machine; ' +
    'npx wireglass attack plays them on yours',
};

/** Why a student has no attacks played, not even at the machine of the server. */
export const NOT_FOR_STUDENTS = {
  status: 403,
  code: 'leaders_only',
  message: 'in a class, only those who lead it may have attacks played here',
} as const satisfies Refused;

/** A play takes as much of the machine as many clients do: in a network, only its own user may ask for one. */
export function checkPlayer(
  host: string,
  socket: Pick<Socket, 'remoteAddress' | 'localAddress'>,
  visitor = NOBODY,
): Refused | undefined {
  if (!isLoopback(host) && checkSameMachine(socket)) return REFUSED;
  return isStudent(visitor) ? NOT_FOR_STUDENTS : undefined;
}
