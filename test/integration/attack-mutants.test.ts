/**
 * Takes a defence out of the code and plays the attacks that it is about: exactly the cells change that it explains. So every cell
 * that says detected or prevented is known to be able to say something else. `npm run mutants` plays the whole matrix for each.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MutantPlayer } from '../support/attacks/mutant.ts';
import { MUTANTS, wantedCells } from '../support/attacks/mutants/mutants.ts';

describe('the matrix', () => {
  let player: MutantPlayer;
  beforeAll(async () => {
    player = await MutantPlayer.start();
  });
  afterAll(() => player.close());

  it.each(MUTANTS.filter(({ onlyWhole }) => !onlyWhole))(
    'shows what is missing without $without',
    { timeout: 180_000 },
    async (mutant) => {
      const { edits, changes, codes = {}, unmoved = [] } = mutant;
      const attacks = [...new Set([...Object.keys(changes), ...Object.keys(codes), ...unmoved])];
      const cells = await player.play(edits, attacks);
      const wanted = wantedCells(mutant, attacks);
      const order = (a: readonly string[], b: readonly string[]): number => a.join().localeCompare(b.join());
      expect(cells.map(([attack, target, verdict]) => [attack, target, verdict]).sort(order)).toEqual(
        wanted.sort(order),
      );
      expect(wanted).not.toEqual([]);
      const evidence = new Map(cells.map(([attack, target, , said]) => [`${attack} on ${target}`, said]));
      for (const [attack, row] of Object.entries(codes))
        for (const [target, code] of Object.entries(row))
          expect(evidence.get(`${attack} on ${target}`)).toContain(code);
    },
  );

  it('is played with edits that fit', async () => {
    const edit = { file: 'server/channel/modes/eax.ts', from: 'no such line', to: '' };
    await expect(player.play([edit], ['flip-text'])).rejects.toThrow('has this 0 times: no such line');
  });
});
