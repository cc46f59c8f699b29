/** Cases to try: real flows, changed a few times, some of them on their way through a capture file. */
import fc from 'fast-check';
import { mutation } from './mutations.ts';
import type { Case } from './oracle.ts';
import { packetCase } from './packets.ts';

export function cases(seedNames: readonly string[]): fc.Arbitrary<Case> {
  return fc.record({
    seed: fc.constantFrom(...seedNames),
    mutations: fc.array(mutation, { maxLength: 6 }),
    packets: fc.option(packetCase, { nil: null }),
    file: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
    ),
  });
}
