import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { UnitSplitter } from './units.ts';

const LAYERS = [
  { layer: undefined, units: ['00000002 7b7d', '00000001 31'] },
  {
    layer: 'psk',
    units: ['15 000001 0000000000000000 00', '17 000002 0000000000000001 abcd', '17 000000 0000000000000002'],
  },
  { layer: 'tls', units: ['16 0303 0002 0102', '17 0303 0000', '15 0303 0002 0230'] },
] as const;

describe.each(LAYERS)('a stream of $layer', ({ layer, units }) => {
  const whole = units.map((unit) => fromHex(unit.replaceAll(' ', '')));
  const stream = concat(whole);

  it('gives the same units however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const ends = [...cuts, stream.length].sort((a, b) => a - b);
        const splitter = new UnitSplitter(layer);
        const found = ends.flatMap((end, at) => splitter.push(stream.subarray(ends[at - 1] ?? 0, end)));
        expect(found.map(toHex)).toEqual(whole.map(toHex));
        expect(splitter.rest()).toHaveLength(0);
      }),
    );
  });

  it('gives only whole units to somebody who joins it later, and lets the rest of one that has begun go on', () => {
    fc.assert(
      fc.property(fc.nat(stream.length), fc.nat(stream.length), (joined, cut) => {
        const splitter = new UnitSplitter(layer);
        splitter.goneBy(stream.subarray(0, joined));
        const later = [
          stream.subarray(joined, Math.max(joined, cut)),
          stream.subarray(Math.max(joined, cut)),
        ];
        const midway: Uint8Array[] = [];
        const found = later.flatMap((bytes) => {
          const count = splitter.midway(bytes);
          midway.push(bytes.subarray(0, count));
          return splitter.push(bytes.subarray(count));
        });
        expect(found.map(toHex)).toEqual(whole.slice(whole.length - found.length).map(toHex));
        expect(toHex(concat([...midway, ...found]))).toBe(toHex(stream.subarray(joined)));
        expect(concat(midway).length).toBeLessThan(Math.max(...whole.map(({ length }) => length)));
        expect(splitter.rest()).toHaveLength(0);
      }),
    );
  });

  it('keeps what is not whole', () => {
    const splitter = new UnitSplitter(layer);
    expect(splitter.push(stream.subarray(0, stream.length - 1))).toHaveLength(whole.length - 1);
    expect(toHex(concat([splitter.rest(), stream.subarray(-1)]))).toBe(toHex(whole.at(-1) as Uint8Array));
  });
});
