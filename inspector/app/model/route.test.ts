import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { WIRE_NAMES } from '#protocol/messages';
import { NO_CHIPS } from './filter.ts';
import { ROLES } from './roles.ts';
import { type Route, formatRoute, parseRoute, takeToken } from './route.ts';

const START: Route = {
  wire: 'plain',
  record: undefined,
  role: 'keys',
  newest: false,
  chips: NO_CHIPS,
  filter: '',
};

describe('the address', () => {
  it('holds wire, record and who is looking', () => {
    expect(
      formatRoute({
        ...START,
        wire: 'tls+psk',
        record: { flow: 3, index: 12 },
        role: 'eve',
        filter: 'len > 64 & "ä"',
      }),
    ).toBe('#wire=tls%2Bpsk&record=3.12&eve=1&filter=len%20%3E%2064%20%26%20%22%C3%A4%22');
    expect(parseRoute('#wire=tls+psk&record=3.12&eve=1&filter=len%20%3E%2064')).toEqual({
      ...START,
      wire: 'tls+psk',
      record: { flow: 3, index: 12 },
      role: 'eve',
      filter: 'len > 64',
    });
  });

  it('has a part for the server, and keeps that of Eve for links that have it', () => {
    expect(formatRoute({ ...START, role: 'server' })).toBe('#wire=plain&role=server');
    expect(parseRoute('#wire=plain&role=server').role).toBe('server');
    expect(parseRoute('#eve=1&role=server').role).toBe('eve');
    expect(parseRoute('#role=mallory').role).toBe('keys');
  });

  it('holds the chips and what the cards show', () => {
    const chips = { dir: 's2c', part: 'data', flow: 7, mine: true } as const;
    const address = formatRoute({ ...START, newest: true, chips });
    expect(address).toBe('#wire=plain&cards=newest&dir=s2c&part=data&flow=7&mine=1');
    expect(parseRoute(address)).toEqual({ ...START, newest: true, chips });
  });

  it('reduces a filter to one line and to a length that can be parsed', () => {
    expect(parseRoute('#filter=a%0D%0A%0Ab').filter).toBe('a b');
    expect(parseRoute(`#filter=${'x'.repeat(9_999)}`).filter).toHaveLength(4_000);
  });

  it('keeps the token apart from a filter that looks like one', () => {
    const { token, rest } = takeToken('#token=abc123&filter=token%3Dnothing');
    expect(token).toBe('abc123');
    expect(rest).not.toContain('abc123');
    expect(parseRoute(rest).filter).toBe('token=nothing');
  });

  it('reads back what it wrote', () => {
    const route = fc.record({
      wire: fc.constantFrom(...WIRE_NAMES),
      role: fc.constantFrom(...ROLES),
      filter: fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text)),
      newest: fc.boolean(),
      record: fc.option(fc.record({ flow: fc.nat(), index: fc.nat() }), { nil: undefined }),
      chips: fc.record({
        dir: fc.constantFrom('c2s', 's2c', undefined),
        part: fc.constantFrom('all', 'handshake', 'data'),
        flow: fc.option(fc.nat(), { nil: undefined }),
        mine: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(route, (given) => {
        expect(parseRoute(formatRoute(given))).toEqual(given);
      }),
    );
  });

  it('accepts any text', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        expect(WIRE_NAMES).toContain(parseRoute(hash).wire);
      }),
    );
    expect(parseRoute('#wire=carrier-pigeon&record=1.x&eve=yes&dir=up&part=most&flow=x&mine=2')).toEqual(
      START,
    );
  });

  it('can be split into its token and the rest', () => {
    expect(takeToken('#token=abc123&wire=psk')).toEqual({ token: 'abc123', rest: '#wire=psk' });
    expect(takeToken('#token=abc123')).toEqual({ token: 'abc123', rest: '' });
    expect(takeToken('#wire=psk')).toEqual({ token: undefined, rest: '#wire=psk' });
    expect(takeToken('#token=')).toEqual({ token: undefined, rest: '' });
  });
});
