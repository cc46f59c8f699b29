/** What the page makes of the matrix: which target would stop an attack. */
import type { AttackInfo, AttackTable } from '#dissect/page-attacks';

/**
 * Where the same attack fails, as near as possible to the target on which it succeeds: on the same wire if there is such a
 * target, else on the next one; and not with another weak suite if there is a
 * sound one. Undefined where it fails nowhere, or does not succeed.
 */
export function fixFor(table: AttackTable, { expected }: AttackInfo, target: string): string | undefined {
  const from = table.targets.findIndex(({ id }) => id === target);
  if (expected[from] !== 'succeeds') return undefined;
  const distance = (at: number): number => {
    const isSameWire = table.targets[at]?.wire === table.targets[from]?.wire;
    const far = table.targets.length;
    return Math.abs(at - from) + (isSameWire ? 0 : far) + (table.targets[at]?.weak ? 2 * far : 0);
  };
  const [nearest] = [...expected.keys()]
    .filter((at) => expected[at] === 'detected' || expected[at] === 'prevented')
    .sort((a, b) => distance(a) - distance(b));
  return nearest === undefined ? undefined : table.targets[nearest]?.id;
}

/** What to read about a family, and the labs that rest on it. */
export const READINGS: Readonly<
  Record<
    string,
    { readonly concept: readonly [path: string, title: string]; readonly labs: readonly string[] }
  >
> = {
  reading: {
    concept: ['attack-reading', 'How Eve reads'],
    labs: ['03-eavesdrop', '04-seal', '05-tamper', '06-replay'],
  },
  changing: { concept: ['attack-changing', 'How Mallory changes'], labs: ['05-tamper'] },
  repeating: {
    concept: ['attack-repeating', 'How Mallory repeats and reorders'],
    labs: ['06-replay', '09-tls-chat'],
  },
  impersonating: {
    concept: ['attack-impersonating', 'How Mallory is somebody else'],
    labs: ['08-certificates', '09-tls-chat', '10-mallory', '12-end-to-end'],
  },
  later: { concept: ['attack-later', 'How Eve reads later'], labs: ['07-passwords', '11-open-tls'] },
  around: { concept: ['attack-around', 'What encryption leaves'], labs: ['14-metadata'] },
};
