import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { WIRE_NAMES } from '#wire/messages';
import { formatRoute, parseRoute, takeToken } from './route.ts';

describe('the address', () => {
  it('holds wire, record and who is looking', () => {
    expect(formatRoute({ wire: 'tls+psk', record: { flow: 3, index: 12 }, eve: true })).toBe(
      '#wire=tls%2Bpsk&record=3.12&eve=1',
    );
    expect(parseRoute('#wire=tls%2Bpsk&record=3.12&eve=1')).toEqual({
      wire: 'tls+psk',
      record: { flow: 3, index: 12 },
      eve: true,
    });
  });

  it('reads back what it wrote', () => {
    const route = fc.record(
      {
        wire: fc.constantFrom(...WIRE_NAMES),
        eve: fc.boolean(),
        record: fc.record({ flow: fc.nat(), index: fc.nat() }),
      },
      { requiredKeys: ['wire', 'eve'] },
    );
    fc.assert(
      fc.property(route, (given) => {
        expect(parseRoute(formatRoute(given))).toEqual(given);
      }),
    );
  });

  it('makes something of anything', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        expect(WIRE_NAMES).toContain(parseRoute(hash).wire);
      }),
    );
    expect(parseRoute('#wire=carrier-pigeon&record=1.x&eve=yes')).toEqual({ wire: 'plain', eve: false });
  });

  it('gives its token away and keeps the rest', () => {
    expect(takeToken('#token=abc123&wire=psk')).toEqual({ token: 'abc123', rest: '#wire=psk' });
    expect(takeToken('#token=abc123')).toEqual({ token: 'abc123', rest: '' });
    expect(takeToken('#wire=psk')).toEqual({ token: undefined, rest: '#wire=psk' });
    expect(takeToken('#token=')).toEqual({ token: undefined, rest: '' });
  });
});
