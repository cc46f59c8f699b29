/** What is held at the bench, and what it tells. */
import type { WireRecord } from '#dissect/model';
import type { Towards, Unit } from '../mallory/mallory.ts';

/**
 * Why a unit is held. breakpoint: the filter fits it; paused: everything is held; behind: something before it is held, and units
 * do not overtake each other by themselves; delayed: it goes on by itself later.
 */
export type Hold = 'breakpoint' | 'paused' | 'behind' | 'delayed';

export interface BenchUnit {
  /** From 1, over all connections. */
  readonly id: number;
  readonly connection: number;
  readonly towards: Towards;
  /** As it came. */
  readonly heard: Uint8Array;
  /** As it will go on: the same array until it is changed. */
  readonly bytes: Uint8Array;
  /** How often it will go on. */
  readonly times: number;
  readonly title: string;
}

export interface Held extends BenchUnit {
  readonly hold: Hold;
}

/** What happens, in order. After something was done by hand, what follows from the receiver is what it did then. */
export type BenchEvent =
  /** `joined`: it stood already, and this is what it is called in the inspector. */
  | { readonly kind: 'opened'; readonly connection: number; readonly joined?: number }
  /** A unit came. Without `hold` it has gone on at once. */
  | {
      readonly kind: 'heard';
      readonly unit: BenchUnit;
      readonly records: readonly WireRecord[];
      readonly hold?: Hold;
    }
  | {
      readonly kind: 'sent';
      readonly connection: number;
      readonly towards: Towards;
      readonly bytes: Uint8Array;
      readonly how: 'passed' | 'changed' | 'again' | 'injected';
      /** The unit that it was. */
      readonly of?: number;
    }
  | { readonly kind: 'dropped'; readonly id: number }
  /** It was passed on, and its receiver takes nothing any more. */
  | { readonly kind: 'undelivered'; readonly id: number }
  /** The sender of this direction has ended it. */
  | { readonly kind: 'ended'; readonly connection: number; readonly towards: Towards }
  /** More is held than the cap allows: the connection is cut. */
  | { readonly kind: 'overfull'; readonly connection: number }
  /** Both directions are over. `lost`: what was still held there. */
  | { readonly kind: 'closed'; readonly connection: number; readonly lost: readonly number[] };

/** Reads what is heard. */
export interface Look {
  readonly opened: (connection: number) => void;
  readonly unit: (unit: Unit) => {
    readonly title: string;
    readonly records: readonly WireRecord[];
    readonly isBreakpoint: boolean;
  };
  /** Bytes that went by without being a unit of their own. */
  readonly midway: (connection: number, towards: Towards, bytes: Uint8Array) => void;
  readonly closed: (connection: number) => void;
}

export type BenchFaultCode = 'nothing_held' | 'not_held' | 'unknown_unit' | 'connection_closed';

/** Something that cannot be done; the message says why, for the person at the bench. */
export class BenchFault extends Error {
  override readonly name = 'BenchFault';
  readonly code: BenchFaultCode;

  constructor(code: BenchFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}
