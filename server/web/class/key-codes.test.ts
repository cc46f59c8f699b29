import { describe, expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes';
import { KeyCodes } from './key-codes.ts';

const holder = (hex: string) => ({ psk: fromHex(hex.repeat(32)) });
const [codes, flags] = [new KeyCodes('one purpose'), new KeyCodes('another purpose', 'flag-')];

describe('a code from a key', () => {
  it('is the same for a key each time, and another for another key or another purpose', () => {
    expect(codes.codeOf(holder('00'))).toBe(new KeyCodes('one purpose').codeOf(holder('00')));
    expect(codes.codeOf(holder('00'))).not.toBe(codes.codeOf(holder('01')));
    expect(flags.codeOf(holder('00'))).not.toContain(codes.codeOf(holder('00')));
  });

  it('is three groups of letters and digits that nobody takes for others', () => {
    const groups = /^([2-9a-hj-km-np-z]{4}-){2}[2-9a-hj-km-np-z]{4}$/;
    for (let at = 0; at < 64; at++) {
      const one = holder(at.toString(16).padStart(2, '0'));
      expect(codes.codeOf(one)).toMatch(groups);
      expect(flags.codeOf(one).replace(/^flag-/, '')).toMatch(groups);
    }
  });

  it('finds its holder however it is typed, and nobody with another', () => {
    const people = [holder('00'), holder('01')];
    const typed = flags.codeOf(holder('01'));
    for (const way of [
      typed,
      typed.toUpperCase(),
      ` ${typed.replaceAll('-', ' ')} `,
      typed.replaceAll('-', ''),
    ])
      expect(flags.find(people, way)).toBe(people[1]);
    for (const other of ['', 'flag-', codes.codeOf(holder('01')), flags.codeOf(holder('02')), `${typed}2`])
      expect(flags.find(people, other)).toBeUndefined();
  });
});
