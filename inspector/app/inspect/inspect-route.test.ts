import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WIRE_NAMES } from '#protocol/wires';
import { NO_CHIPS } from '../model/filter.ts';
import { formatInspectRoute, parseInspectRoute } from './inspect-route.ts';

describe('the address of the inspector', () => {
  it('names the wires unless all are shown, the record, and the one it is compared with', () => {
    const route = parseInspectRoute('#wires=tls%2Bpsk,psk&record=3.12&with=3.14&filter=len%20%3E%2064');
    expect(route).toEqual({
      wires: ['psk', 'tls+psk'],
      record: { flow: 3, index: 12 },
      compared: { flow: 3, index: 14 },
      role: 'keys',
      chips: NO_CHIPS,
      filter: 'len > 64',
    });
    expect(parseInspectRoute('#wires=carrier-pigeon').wires).toEqual(WIRE_NAMES);
    expect(formatInspectRoute(parseInspectRoute(''))).toBe('#');
  });

  it('reads back what it wrote', () => {
    const key = fc.option(fc.record({ flow: fc.nat(), index: fc.nat() }), { nil: undefined });
    const route = fc.record({
      wires: fc.subarray([...WIRE_NAMES], { minLength: 1 }),
      record: key,
      compared: key,
      role: fc.constantFrom('keys', 'eve', 'server'),
      filter: fc.string().filter((text) => !/[\r\n]/.test(text)),
      chips: fc.constant({ ...NO_CHIPS, dir: 's2c' as const }),
    });
    fc.assert(
      fc.property(route, (given) => void expect(parseInspectRoute(formatInspectRoute(given))).toEqual(given)),
    );
  });
});
