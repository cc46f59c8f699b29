import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runRecipe } from '../../../test/support/dissection/run-recipe.ts';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { SUITES } from '#channel/psk/suites';
import { toHex } from '#protocol/bytes';
import { readCapture } from '../capture/read.ts';
import { Dissection } from '../index.ts';
import type { TapEvent, WireRecord } from '../model.ts';
import { recipeFor } from './cyberchef.ts';

/** The sealed records of all connections, each with its recipe. */
function recipesIn(
  events: readonly TapEvent[],
): { record: WireRecord; recipe: ReturnType<typeof recipeFor> }[] {
  const dissection = new Dissection();
  dissection.addAll(events);
  return dissection
    .allRecords()
    .filter(({ state }) => state === 'opened')
    .map((record) => ({ record, recipe: recipeFor(record, dissection.events(new Set([record.flow]))) }));
}

const RECORDINGS = ['tls12', 'tls13', 'tls-psk'];
const recorded = (name: string): TapEvent[] =>
  readCapture(readFileSync(new URL(`../../../docs/recordings/${name}.pcapng`, import.meta.url))).events;

describe('a recipe for CyberChef', () => {
  it.each(RECORDINGS)('decrypts every sealed record of %s from its hex', (name) => {
    const all = recipesIn(recorded(name));
    expect(all.length).toBeGreaterThan(4);
    for (const { record, recipe } of all) {
      if ('fault' in recipe) throw new Error(recipe.fault);
      // What TLS 1.3 seals ends with the type of the content, which is not part of `plain`.
      const plain = toHex(runRecipe(recipe.text, toHex(record.raw)));
      expect(plain.startsWith(toHex(record.plain as Uint8Array))).toBe(true);
      expect(plain.length - toHex(record.plain as Uint8Array).length).toBeLessThanOrEqual(2);
    }
  });

  const lines = [{ dir: 'c2s', message: { type: 'say', text: 'Grüße vom Nordtor' } }] as const;
  it.each(SUITES.map((suite) => [suite.name, suite] as const))(
    'decrypts what is said on psk with %s',
    (_, suite) => {
      const all = recipesIn(traffic({ flow: 1, wire: 'psk', lines, suite }));
      const { record, recipe } = all.at(-1) ?? {};
      if (!record || !recipe || 'fault' in recipe) throw new Error('no recipe');
      expect(toHex(runRecipe(recipe.text, toHex(record.raw)))).toBe(toHex(record.plain as Uint8Array));
    },
  );

  it('does not open a record of which one bit was changed, where CyberChef checks the tag', () => {
    const [{ record, recipe }] = recipesIn(traffic({ flow: 1, wire: 'psk', lines })).slice(-1) as [
      ReturnType<typeof recipesIn>[number],
    ];
    if ('fault' in recipe) throw new Error(recipe.fault);
    const changed = record.raw.slice();
    changed[12] = (changed[12] as number) ^ 1;
    expect(() => runRecipe(recipe.text, toHex(changed))).toThrow('Unable to decrypt');
  });

  it('is refused where nothing is decrypted', () => {
    const dissection = new Dissection();
    dissection.addAll(traffic({ flow: 1, wire: 'plain', lines }));
    const [record] = dissection.records(1);
    expect(recipeFor(record as WireRecord, dissection.events())).toEqual({
      fault: 'Nothing is decrypted in this record.',
    });
  });
});
