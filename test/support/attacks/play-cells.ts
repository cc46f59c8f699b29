/** What a mutant is asked: to play these attacks on every target. */
import { ATTACKS } from '#attacks/list';
import { evidenceOf, runMatrix } from '#attacks/matrix';
import { TARGETS } from '#attacks/targets';

/** Attack, target, verdict, and the evidence for it. */
export type PlayedCell = readonly [attack: string, target: string, verdict: string, evidence: string];

export async function playCells(named: readonly string[]): Promise<PlayedCell[]> {
  const attacks = ATTACKS.filter(({ id }) => named.includes(id));
  const cells = await runMatrix({ attacks, targets: TARGETS, atOnce: 3 });
  return cells.map((cell) => {
    const { attack, target, outcome } = cell;
    const verdict = outcome instanceof Error ? 'failed' : outcome.verdict;
    return [attack.id, target.id, verdict, evidenceOf(cell)];
  });
}
