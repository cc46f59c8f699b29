/** What the matrix shows of each verdict, and which target would stop an attack. */
import type { AttackInfo, AttackTable, VerdictName } from '#dissect/page-attacks';

export const VERDICT_SIGNS = {
  succeeds: '✗',
  detected: '!',
  prevented: '✓',
  'not applicable': '–',
} as const satisfies Record<VerdictName, string>;

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
  repeating: { concept: ['attack-repeating', 'How Mallory repeats and reorders'], labs: ['06-replay'] },
  impersonating: {
    concept: ['attack-impersonating', 'How Mallory is somebody else'],
    labs: ['08-certificates', '10-mallory'],
  },
  later: { concept: ['attack-later', 'How Eve reads later'], labs: ['07-passwords', '11-open-tls'] },
  around: { concept: ['attack-around', 'What encryption leaves'], labs: ['14-metadata'] },
};
