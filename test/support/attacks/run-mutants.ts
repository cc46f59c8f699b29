/**
 * `npm run mutants`: the whole matrix for each mutant, and every cell that moves without an explanation. Names of attacks behind it
 * leave these out: `npm run mutants -- padding-oracle oracle-forge`.
 */
import { ATTACKS } from '#attacks/list';
import { MutantPlayer } from './mutant.ts';
import { MUTANTS, wantedCells } from './mutants/mutants.ts';

const leftOut = process.argv.slice(2);
const attacks = ATTACKS.map(({ id }) => id).filter((id) => !leftOut.includes(id));
const begun = performance.now();
const player = await MutantPlayer.start();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
let surprises = 0;
for (const mutant of MUTANTS) {
  const started = performance.now();
  const cells = await player.play(mutant.edits, attacks);
  const usual = new Map(
    wantedCells({ ...mutant, changes: {}, also: {} }, attacks).map(([a, t, v]) => [`${a} on ${t}`, v]),
  );
  const wanted = new Map(wantedCells(mutant, attacks).map(([a, t, v]) => [`${a} on ${t}`, v]));
  const named = cells.map(([attack, target, verdict, evidence]) => ({
    place: `${attack} on ${target}`,
    verdict,
    evidence,
  }));
  const turned = named.filter(({ place, verdict }) => verdict !== usual.get(place));
  const odd = named.filter(({ place, verdict }) => verdict !== wanted.get(place));
  surprises += odd.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  say(`${turned.length} of ${cells.length} cells turn without ${mutant.without} (${seconds} s)`);
  for (const { place, verdict, evidence } of odd)
    say(`  not explained: ${place}: ${verdict}, not ${wanted.get(place)}: ${evidence}`);
}
await player.close();
const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
say(`${MUTANTS.length} mutants, ${surprises} cells that nothing explains, ${minutes} minutes`);
process.exitCode = surprises === 0 ? 0 : 1;
