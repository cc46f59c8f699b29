import { describe, expect, it } from 'vitest';
import { Places } from './places.ts';

describe('places', () => {
  it('are limited in all, and one is free again once it is handed back', () => {
    const places = new Places({ total: 2, perNetwork: 2 });
    const back = places.take('192.0.2.1');
    expect(places.take('192.0.2.2')).toBeDefined();
    expect(places.take('192.0.2.3')).toBeUndefined();
    back?.();
    expect([places.taken, places.take('192.0.2.3') !== undefined, places.taken]).toEqual([1, true, 2]);
  });

  it('are limited for each network: a /64 is one network, and so is an IPv4 address in any spelling', () => {
    const places = new Places({ total: 100, perNetwork: 1 });
    const found = ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:0:2::1', '192.0.2.1', '::ffff:192.0.2.1'];
    expect(found.map((address) => places.take(address) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('are not counted by network on loopback', () => {
    const places = new Places({ total: 3, perNetwork: 1 });
    const found = ['127.0.0.1', '127.0.0.1', '::1', '::1'].map(
      (address) => places.take(address) !== undefined,
    );
    expect(found).toEqual([true, true, true, false]);
  });
});
