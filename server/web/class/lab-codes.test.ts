import { describe, expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes';
import { labCodeOf } from './lab-codes.ts';

const psk = (hex: string) => ({ psk: fromHex(hex.repeat(32)) });

describe('the code of a terminal', () => {
  it('is the same for a key each time, and another for another key', () => {
    expect(labCodeOf(psk('00'))).toBe(labCodeOf(psk('00')));
    expect(labCodeOf(psk('00'))).not.toBe(labCodeOf(psk('01')));
  });

  it('is three groups of letters and digits that nobody takes for others', () => {
    for (let at = 0; at < 64; at++)
      expect(labCodeOf(psk(at.toString(16).padStart(2, '0')))).toMatch(
        /^([2-9a-hj-km-np-z]{4}-){2}[2-9a-hj-km-np-z]{4}$/,
      );
  });
});
