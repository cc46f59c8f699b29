/** What the bench of a page and the server say to each other: JSON texts over `/ws/bench`; bytes in hex. */
import type { PlaceName } from './page-attacks.ts';

export type TowardsName = 'server' | 'client';
export type HoldName = 'breakpoint' | 'paused' | 'behind' | 'delayed';

/** Caps of a bench that belongs to a page. */
export const BENCH_CAPS = {
  /** Benches that are open on one server. */
  open: 3,
  /** Units, and bytes of them, that may be held in one connection. */
  heldUnits: 200,
  heldBytes: 1024 * 1024,
  /** Bytes that a page may send in one request. */
  bytes: 12_000,
  /** Milliseconds without any request after which a bench is closed. */
  idle: 20 * 60_000,
  /** Milliseconds that a delay may take. */
  delay: 60_000,
  /** Characters of what ana says, and of a filter. */
  text: 500,
} as const;

/** What a person does at the bench. */
export type BenchOrder =
  | { readonly type: 'say'; readonly text: string }
  /** Ana comes in again, over a new connection. */
  | { readonly type: 'enter' }
  /** An empty filter: no breakpoint. */
  | { readonly type: 'break'; readonly filter: string }
  | { readonly type: 'pause' | 'resume' | 'step' }
  | { readonly type: 'pass' | 'drop' | 'duplicate'; readonly unit: number }
  | { readonly type: 'move'; readonly unit: number; readonly by: 'earlier' | 'later' }
  | { readonly type: 'delay'; readonly unit: number; readonly milliseconds: number }
  /** `edit` is the page's own number of the change. */
  | {
      readonly type: 'replace';
      readonly unit: number;
      readonly bytes: string;
      readonly fit: boolean;
      readonly edit: number;
    }
  | { readonly type: 'replay'; readonly unit: number; readonly connection: number }
  | {
      readonly type: 'inject';
      readonly connection: number;
      readonly towards: TowardsName;
      readonly bytes: string;
      /** As a unit of this wire: a header with the right length is put before the bytes. */
      readonly framed: boolean;
    }
  | { readonly type: 'cut'; readonly connection: number };

/** Begins the name of a target that is a wire of this workbench, where others talk. */
export const OWN = 'own ';

/** Begins the name of a target that is a connection of this workbench which stands already; the number of its flow follows. */
const STANDING = 'flow ';

export function standingTarget(flow: number): string {
  return `${STANDING}${flow}`;
}

/** The number of the flow that this target is; undefined for any other target. */
export function flowOf(target: string): number | undefined {
  const digits = target.startsWith(STANDING) ? target.slice(STANDING.length) : '';
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}

/** Page to server. `open` begins anew, on that target. */
export type BenchRequest = { readonly type: 'open'; readonly target: string } | BenchOrder;

export interface UnitInHex {
  readonly id: number;
  readonly connection: number;
  readonly towards: TowardsName;
  readonly bytes: string;
  readonly title: string;
}

export type BenchEventInHex =
  /** `joined`: the flow that it is in the inspector, where it stood already. */
  | { readonly kind: 'opened'; readonly connection: number; readonly joined: number | null }
  | { readonly kind: 'heard'; readonly unit: UnitInHex; readonly hold: HoldName | null }
  | {
      readonly kind: 'sent';
      readonly connection: number;
      readonly towards: TowardsName;
      readonly bytes: string;
      readonly how: 'passed' | 'changed' | 'again' | 'injected';
      readonly of: number | null;
    }
  | { readonly kind: 'dropped' | 'undelivered'; readonly id: number }
  | { readonly kind: 'ended'; readonly connection: number; readonly towards: TowardsName }
  | { readonly kind: 'overfull'; readonly connection: number }
  | { readonly kind: 'closed'; readonly connection: number; readonly lost: readonly number[] };

export interface HeldNow {
  readonly id: number;
  readonly hold: HoldName;
  readonly times: number;
}

/** A connection that stands at a tap of the workbench. `since`: milliseconds since 1970. */
export interface StandingRow {
  readonly flow: number;
  readonly wire: string;
  readonly from: string;
  readonly since: number;
}

/** Server to page. */
export type BenchMessage =
  | { readonly type: 'ready' }
  /** The connections that the bench could step into, the newest first; null where nothing is tapped. */
  | { readonly type: 'standing'; readonly flows: readonly StandingRow[] | null }
  /**
   * Everybody is there. `command`: connects a terminal's client through the bench. `isOwn`: in front of a wire of this workbench,
   * where nobody comes through the bench who does not connect to its port.
   */
  | {
      readonly type: 'open';
      readonly target: string;
      readonly wire: string;
      readonly port: number;
      readonly command: string;
      readonly isOwn: boolean;
    }
  | { readonly type: 'event'; readonly event: BenchEventInHex }
  /** In order; after every change. */
  | { readonly type: 'held'; readonly isPaused: boolean; readonly units: readonly HeldNow[] }
  | { readonly type: 'changed'; readonly unit: number; readonly bytes: string; readonly edit: number }
  | { readonly type: 'breakpoint'; readonly filter: string }
  /** What somebody in the room sees, or what the server logs. */
  | {
      readonly type: 'told';
      readonly place: PlaceName;
      readonly title: string;
      readonly text: string;
    }
  /** Something that cannot be done. */
  | { readonly type: 'impossible'; readonly message: string }
  | { readonly type: 'over'; readonly code: BenchEnd; readonly message: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

export type BenchEnd =
  | 'bench_failed'
  | 'bench_idle'
  | 'no_such_target'
  | 'too_many_benches'
  | 'flow_gone'
  | 'flow_taken'
  | 'other_machine';
