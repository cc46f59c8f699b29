/** What an attack is, what it shows while it goes on, and what came of it. */
import type { PlaceName } from '#dissect/page-attacks';
import type { Target } from './targets.ts';
import type { World, WorldOptions } from './world.ts';

/** Attacks that rest on the same weakness are one family. */
export const FAMILIES = {
  reading: 'Eve reads',
  changing: 'Mallory changes',
  repeating: 'Mallory repeats, reorders and leaves out',
  impersonating: 'Mallory is somebody else',
  later: 'Eve reads later',
  around: 'Eve looks at what encryption leaves',
} as const;
export type Family = keyof typeof FAMILIES;

/** Bytes with what they are. */
export interface Row {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** One thing that somebody did or saw, told when it has happened. */
export interface Step {
  /** Whose it is; Mallory’s, unless it says otherwise. */
  readonly place?: PlaceName;
  readonly title: string;
  /** What crossed the wire, or what she worked out. */
  readonly bytes?: Uint8Array;
  readonly text?: string;
  /** An XOR: the last row is that of all rows before it. All are of the same length. */
  readonly xor?: readonly Row[];
  /** How often it has happened, one time after the other, when it is more than once. */
  readonly times?: number;
}

/** Words of somebody in the attack that whoever plays it may choose. */
export interface OwnWords {
  readonly who: 'ana' | 'Mallory';
  /** Bytes of UTF-8. */
  readonly most: number;
  /** What there must be in them, also in words. */
  readonly fit?: RegExp;
  readonly need?: string;
}

/** What was observed at the end. The verdict follows from it, and from nothing else. */
export type Finding =
  /** Mallory has, or has brought about, what she must not: `got` was observed, and `wanted` is the truth it is compared with. */
  | { readonly kind: 'gained'; readonly what: string; readonly wanted: string; readonly got: string }
  /** One side has noticed, and says so with a code. */
  | { readonly kind: 'noticed'; readonly by: 'the server' | 'the client'; readonly code: string }
  /** Nobody noticed anything, and she has nothing. */
  | { readonly kind: 'nothing'; readonly state: string };

export interface Attack {
  readonly id: string;
  readonly family: Family;
  readonly name: string;
  /** Who does what to whom and why, in a few sentences. */
  readonly story: string;
  /** Why it cannot even be tried against a target; `undefined` where it can. */
  readonly unfit?: (target: Target) => string | undefined;
  /** Absent where the attack is about words of its own. */
  readonly words?: OwnWords;
  /** How the world must be for it, where that is not as usual. */
  readonly world?: Partial<WorldOptions>;
  /** Plays the attack on real sockets, one step at a time. */
  readonly run: (world: World) => AsyncGenerator<Step, Finding>;
}

export const VERDICTS = ['succeeds', 'detected', 'prevented', 'not applicable'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * The verdict on a finding. Throws when Mallory thinks she has something that is not the truth: then the attack itself is
 * wrong, and says nothing about the wire.
 */
export function verdictOf(finding: Finding): Verdict {
  switch (finding.kind) {
    case 'gained':
      if (finding.got === finding.wanted) return 'succeeds';
      throw new Error(`${finding.what}: expected ${finding.wanted}, got ${finding.got}`);
    case 'noticed':
      return 'detected';
    case 'nothing':
      return 'prevented';
  }
}
