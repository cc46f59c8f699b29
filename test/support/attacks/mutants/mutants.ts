/** All mutants, and what must come of them. */
import { expectedVerdict } from '#attacks/expected';
import { TARGETS } from '#attacks/targets';
import { CERTIFICATES } from './certificates.ts';
import { CHAT } from './chat.ts';
import type { Mutant } from './contract.ts';
import { RECORDS } from './records.ts';

export const MUTANTS: readonly Mutant[] = [...RECORDS, ...CERTIFICATES, ...CHAT];

export type WantedCell = readonly [attack: string, target: string, verdict: string];

/** What is expected of these attacks when this is taken out. */
export function wantedCells({ changes, also = {} }: Mutant, attacks: readonly string[]): WantedCell[] {
  const all = { ...changes, ...also };
  return attacks.flatMap((attack) =>
    TARGETS.map((target): WantedCell => [
      attack,
      target.id,
      all[attack]?.[target.id] ?? expectedVerdict(attack, target),
    ]),
  );
}
