import { describe, expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes';
import { speakerOf, startOf } from './speaker.ts';

describe('who sends a segment', () => {
  it.each([
    ['a ClientHello', '16 0301 0005 01 000001 00', 'client'],
    ['a ClientHello in the frame of SSL 2.0', '802e 01 0303 0015', 'client'],
    ['a ServerHello', '16 0303 0005 02 000001 00', 'server'],
    ['a HelloRequest', '16 0303 0004 00 000000', 'server'],
    ['a Certificate, which both may send', '16 0303 0005 0b 000001 00', undefined],
    ['application data', '17 0303 0005 0102030405', undefined],
    ['a client hello of psk', '01 00004a 0000000000000000 01', 'client'],
    ['a server hello of psk', '02 000040 0000000000000000 00', 'server'],
    ['a sealed record of psk', '17 000040 0000000000000001 00', undefined],
    ['version 2 of the PROXY header', '0d0a0d0a000d0a515549540a 21', 'client'],
    ['nothing', '', undefined],
  ])('shows in %s', (_name, hex, role) => {
    expect(speakerOf(fromHex(hex))).toBe(role);
  });

  it('shows in segments that follow each other, and not across a gap', () => {
    const parts = (second: number) => [
      { at: 10, bytes: fromHex('160301') },
      { at: second, bytes: fromHex('01000501') },
    ];
    expect(speakerOf(startOf(parts(12)))).toBe('client');
    expect(speakerOf(startOf(parts(14)))).toBeUndefined();
  });
});
