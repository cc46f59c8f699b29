/** Every attack on every wire and suite, on real sockets: what comes of it is what stands in the table beside the attacks. */
import { describe, expect, it } from 'vitest';
import type { Finding, Step, Verdict } from '#attacks/contract';
import { verdictOf } from '#attacks/contract';
import { ATTACKS } from '#attacks/list';
import { evidenceOf, isAsExpected, runMatrix } from '#attacks/matrix';
import { TARGETS } from '#attacks/targets';

/** Whether the last row that a step shows is the XOR of all before it, and all are of one length. */
function isXor({ xor = [] }: Step): boolean {
  const [result, ...others] = xor.toReversed().map(({ bytes }) => [...bytes]);
  if (!result) return true;
  const sum = result.map((_, at) => others.reduce((all, bytes) => all ^ (bytes[at] ?? NaN), 0));
  return others.every(({ length }) => length === result.length) && sum.join() === result.join();
}

describe('the matrix', () => {
  it.each(ATTACKS)('$id', { timeout: 180_000 }, async (attack) => {
    const cells = await runMatrix({ attacks: [attack], targets: TARGETS, atOnce: 3 });
    const surprises = cells.filter((cell) => !isAsExpected(cell));
    expect(surprises.map((cell) => `${cell.target.id}, not ${cell.expected}: ${evidenceOf(cell)}`)).toEqual(
      [],
    );
    expect(cells).toHaveLength(TARGETS.length);
    const wrong = cells.flatMap(({ target, outcome }) =>
      'steps' in outcome
        ? outcome.steps.filter((step) => !isXor(step)).map(({ title }) => [target.id, title])
        : [],
    );
    expect(wrong).toEqual([]);
  });
});

describe('a verdict', () => {
  const FINDINGS: readonly [Finding, Verdict][] = [
    [{ kind: 'gained', what: 'the password', wanted: 'secret', got: 'secret' }, 'succeeds'],
    [{ kind: 'noticed', by: 'the server', code: 'bad_record_mac' }, 'detected'],
    [{ kind: 'nothing', state: 'she has nothing' }, 'prevented'],
  ];
  it.each(FINDINGS)('follows from %j: %s', (finding, verdict) => {
    expect(verdictOf(finding)).toBe(verdict);
  });

  it('is not given when what Mallory thinks she has is not the truth', () => {
    const finding = { kind: 'gained', what: 'the password', wanted: 'secret', got: 'secreT' } as const;
    expect(() => verdictOf(finding)).toThrow('the password: expected secret, got secreT');
  });
});
