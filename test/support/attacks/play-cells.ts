/** Plays the attacks that are named as arguments on every target; prints one line of JSON for each cell: attack, target, verdict. */
import { ATTACKS } from '#attacks/list';
import { evidenceOf, runMatrix } from '#attacks/matrix';
import { TARGETS } from '#attacks/targets';

const named = new Set(process.argv.slice(2));
const attacks = ATTACKS.filter(({ id }) => named.has(id));
const cells = await runMatrix({ attacks, targets: TARGETS, atOnce: 2 });
for (const cell of cells) {
  const { attack, target, outcome } = cell;
  const verdict = outcome instanceof Error ? 'failed' : outcome.verdict;
  process.stdout.write(`${JSON.stringify([attack.id, target.id, verdict, evidenceOf(cell)])}\n`);
}
process.exit();
