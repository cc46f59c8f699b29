/** What a lab is: one row of the table in `labs/lessons.ts`. */
import type { Bench, Check } from './check.ts';

export const PARTS = {
  I: 'Plaintext',
  II: 'A shared key',
  III: 'TLS',
  IV: 'Further',
} as const;
export type Part = keyof typeof PARTS;

export interface Lesson<B extends Bench = Bench> {
  /** Its folder and the name of the learner's file: `01-frames`. */
  readonly name: string;
  readonly part: Part;
  /** As a heading: `Frames`. */
  readonly title: string;
  /** One sentence. */
  readonly goal: string;
  readonly minutes: number;
  /** What the learner's file must export: functions. */
  readonly exports: readonly string[];
  /** Modules that the learner's file may import, besides files of the workspace. */
  readonly modules: readonly string[];
  /** Set when the piece listens or connects on this machine while it is judged. */
  readonly network?: true;
  /** Names of labs whose pieces this one builds on; they are checked again with it. */
  readonly restsOn: readonly string[];
  readonly checks: readonly Check<B>[];
}
