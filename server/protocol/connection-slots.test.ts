import { describe, expect, it } from 'vitest';
import { ConnectionSlots } from './connection-slots.ts';

describe('slots', () => {
  it('are limited in all, and one is free again once it is handed back', () => {
    const slots = new ConnectionSlots({ total: 2, perNetwork: 2 });
    const back = slots.take('192.0.2.1');
    expect(slots.take('192.0.2.2')).toBeDefined();
    expect(slots.take('192.0.2.3')).toBeUndefined();
    back?.();
    expect([slots.taken, slots.take('192.0.2.3') !== undefined, slots.taken]).toEqual([1, true, 2]);
  });

  it('are limited for each network: a /64 is one network, and so is an IPv4 address in any spelling', () => {
    const slots = new ConnectionSlots({ total: 100, perNetwork: 1 });
    const found = ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:0:2::1', '192.0.2.1', '::ffff:192.0.2.1'];
    expect(found.map((address) => slots.take(address) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('are not counted by network on loopback', () => {
    const slots = new ConnectionSlots({ total: 3, perNetwork: 1 });
    const found = ['127.0.0.1', '127.0.0.1', '::1', '::1'].map(
      (address) => slots.take(address) !== undefined,
    );
    expect(found).toEqual([true, true, true, false]);
  });
});
