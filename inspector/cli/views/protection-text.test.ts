/** Only a flow that was recognised as unencrypted is called so. */
import { describe, expect, it } from 'vitest';
import type { Proto } from '#dissect/model';
import { leftOutOf, protectionOf } from './protection-text.ts';

const bytes = { c2s: 1, s2c: 1 };
const flow = (stack: readonly Proto[], midway = false, cipher = '') => ({ stack, midway, cipher, bytes });

describe('the protection of a flow in words', () => {
  it.each([
    ['no encryption', flow(['frame'])],
    ['TLS 1.3, TLS_AES_128_GCM_SHA256', flow(['tls', 'frame'], true, 'TLS 1.3, TLS_AES_128_GCM_SHA256')],
    ['unknown: the start was not captured', flow(['tls'], true)],
    ['unknown: the start was not captured', flow(['unknown'], true)],
    ['unknown: the hellos are incomplete', flow(['tls'])],
    ['unknown: the hellos are incomplete', flow(['psk'])],
    ['unknown: the protocol was not recognised', flow(['unknown'])],
    ['unknown: the protocol was not recognised', flow([])],
    ['nothing crossed', { ...flow([]), bytes: { c2s: 0, s2c: 0 } }],
  ])('is “%s” for %j', (words, shown) => expect(protectionOf(shown)).toBe(words));
});

describe('bytes of a flow that are in no record', () => {
  it('are counted', () => {
    expect(leftOutOf({ waiting: 0, cut: 0 })).toBeUndefined();
    expect(leftOutOf({ waiting: 1, cut: 2_000 })).toBe(
      '1 byte at its end begins a record that the capture cuts off; 2,000 bytes are left out, because there are too many',
    );
  });
});
