import { expect, it } from 'vitest';
import { FlowSight } from './flow-sight.ts';

const ADA = { id: 1, role: 'student' } as const;
const BEN = { id: 2, role: 'student' } as const;
const END = { address: '127.0.0.1', port: 45_000 };
const PLAIN = { wire: 'plain', ...END } as const;
const TLS = { wire: 'tls', ...END } as const;

function sight(): FlowSight {
  return new FlowSight({ personOf: () => undefined, isOpened: () => false, leader: () => undefined });
}

it('knows whose connection it is, whether that is said before it begins or after', () => {
  const one = sight();
  one.claim(TLS, ADA.id);
  one.began({ flow: 1, wire: 'tls', client: END });
  one.began({ flow: 2, wire: 'plain', client: END });
  expect(one.claim(PLAIN, BEN.id).flow).toBe(2);
  expect([1, 2].map((flow) => one.sees(ADA, flow))).toEqual([true, false]);
  expect([1, 2].map((flow) => one.sees(BEN, flow))).toEqual([false, true]);
});

it('keeps two people apart whose connections with different wires begin at the same local end', () => {
  const one = sight();
  one.claim(TLS, ADA.id);
  one.began({ flow: 1, wire: 'tls', client: END });
  const { release } = one.claim(PLAIN, BEN.id);
  expect([one.personAt(TLS), one.personAt(PLAIN)]).toEqual([ADA.id, BEN.id]);
  expect([one.sees(ADA, 1), one.sees(BEN, 1)]).toEqual([true, false]);
  release();
  expect([one.personAt(TLS), one.personAt(PLAIN)]).toEqual([ADA.id, undefined]);
});

it('gives nobody a connection of a stranger that has ended, whoever gets its local end next', () => {
  const one = sight();
  one.began({ flow: 1, wire: 'tls', client: END });
  one.ended(1);
  expect(one.claim(TLS, BEN.id).flow).toBeUndefined();
  one.began({ flow: 2, wire: 'tls', client: END });
  one.ended(1);
  expect([1, 2].map((flow) => one.sees(BEN, flow))).toEqual([false, true]);
});

it('leaves an older connection to its person when another one gets the same local end', () => {
  const one = sight();
  const { release } = one.claim(TLS, ADA.id);
  one.began({ flow: 1, wire: 'tls', client: END });
  release();
  expect(one.claim(TLS, BEN.id).flow).toBeUndefined();
  one.began({ flow: 2, wire: 'tls', client: END });
  expect([1, 2].map((flow) => one.sees(ADA, flow))).toEqual([true, false]);
  expect([1, 2].map((flow) => one.sees(BEN, flow))).toEqual([false, true]);
});
