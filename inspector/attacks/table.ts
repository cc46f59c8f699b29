/** Everything that could be played, for a page: what it is, and what is expected of it. */
import type { AttackTable } from '#dissect/page-attacks';
import { FAMILIES } from './contract.ts';
import { expectedVerdict } from './expected.ts';
import { ATTACKS } from './list.ts';
import { TARGETS, isWeak } from './targets.ts';

export function attackTable(): AttackTable {
  return {
    families: Object.entries(FAMILIES).map(([id, title]) => ({ id, title })),
    targets: TARGETS.map((target) => ({ id: target.id, wire: target.wire, weak: isWeak(target) })),
    attacks: ATTACKS.map(({ id, family, name, story, words }) => ({
      id,
      family,
      name,
      story,
      ...(words && { words: { who: words.who, most: words.most } }),
      expected: TARGETS.map((target) => expectedVerdict(id, target)),
    })),
  };
}
