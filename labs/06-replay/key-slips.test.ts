import { hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { concat, utf8 } from '#protocol/bytes';
import { deriveKeys } from './solution.ts';
import { slipOf } from './key-slips.ts';

const GIVEN = {
  key: new Uint8Array(32).fill(1),
  clientNonce: new Uint8Array(32).fill(2),
  serverNonce: new Uint8Array(32).fill(3),
  hellos: utf8('the hellos'),
};

it('names the slip behind a key: the hellos were not hashed', () => {
  const salt = concat([GIVEN.clientNonce, GIVEN.serverNonce]);
  const info = concat([utf8('wireglass psk1 c2s key\0'), GIVEN.hellos]);
  const got = new Uint8Array(hkdfSync('sha256', GIVEN.key, salt, info, 32));
  expect(slipOf(GIVEN, got)).toBe('the hellos are not hashed');
});

it('names the slip behind a key: the nonces were swapped', () => {
  const swapped = { ...GIVEN, clientNonce: GIVEN.serverNonce, serverNonce: GIVEN.clientNonce };
  expect(slipOf(GIVEN, deriveKeys(swapped).c2s.key)).toBe('the nonces are the other way round');
});

it('names no slip for the right key, for an unknown one and for what is no key', () => {
  expect([deriveKeys(GIVEN).c2s.key, new Uint8Array(32), undefined].map((got) => slipOf(GIVEN, got))).toEqual(
    [undefined, undefined, undefined],
  );
});
