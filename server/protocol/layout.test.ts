import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { type Layout, type Values, encodeLayout, isMisfit, parseLayout } from './layout.ts';

const LAYOUT = [
  { name: 'kind', kind: 'uint', size: 1, note: 'what', source: 'a.md §B' },
  { name: 'id', kind: 'bytes', size: 2, note: 'which', source: 'a.md §B' },
  { name: 'size', kind: 'uint', size: 3, note: 'how much', source: 'a.md §B' },
  { name: 'body', kind: 'sized', length: 'size', note: 'content', source: 'a.md §B' },
  { name: 'tail', kind: 'rest', note: 'all that is left', source: 'a.md §B' },
] as const satisfies Layout;

const BYTES = '07 aabb 000002 6869 ffee';
const VALUES: Values<typeof LAYOUT> = {
  kind: 7,
  id: fromHex('aabb'),
  size: 2,
  body: fromHex('6869'),
  tail: fromHex('ffee'),
};

describe('a layout', () => {
  it('gives bytes for values', () => expect(toHex(encodeLayout(LAYOUT, VALUES))).toBe(toHex(fromHex(BYTES))));

  it('gives values and named ranges for bytes', () => {
    const parsed = parseLayout(LAYOUT, fromHex(BYTES));
    if (isMisfit(parsed)) throw new Error(parsed.misfit);
    expect(parsed.values).toEqual(VALUES);
    expect(parsed.end).toBe(10);
    expect(parsed.fields).toEqual([
      { name: 'kind', value: 7, start: 0, end: 1, note: 'what', source: 'a.md §B' },
      { name: 'id', value: 'aabb', start: 1, end: 3, note: 'which', source: 'a.md §B' },
      { name: 'size', value: 2, start: 3, end: 6, note: 'how much', source: 'a.md §B' },
      { name: 'body', value: '6869', start: 6, end: 8, note: 'content', source: 'a.md §B' },
      { name: 'tail', value: 'ffee', start: 8, end: 10, note: 'all that is left', source: 'a.md §B' },
    ]);
  });

  it('reads between a start and a limit, with ranges of the whole', () => {
    const parsed = parseLayout(LAYOUT, fromHex(`9999 ${BYTES} 8888`), 2, 11);
    if (isMisfit(parsed)) throw new Error(parsed.misfit);
    expect(parsed.fields.map(({ start, end }) => [start, end])).toEqual([
      [2, 3],
      [3, 5],
      [5, 8],
      [8, 10],
      [10, 11],
    ]);
    expect(toHex(parsed.values.tail)).toBe('ff');
  });

  it('says which part did not fit, and where', () => {
    expect(parseLayout(LAYOUT, fromHex('07 aabb 0000'))).toEqual({
      misfit: 'size needs 3 bytes, 2 left',
      at: 3,
    });
    expect(parseLayout(LAYOUT, fromHex('07 aabb ffffff 00'))).toEqual({
      misfit: 'body needs 16,777,215 bytes, 1 left',
      at: 6,
    });
  });

  it('does not encode values that contradict it', () => {
    expect(() => encodeLayout(LAYOUT, { ...VALUES, size: 3 })).toThrow(RangeError);
    expect(() => encodeLayout(LAYOUT, { ...VALUES, id: fromHex('aa') })).toThrow('id has 1 byte');
  });

  it('goes there and back for any values', () => {
    const values = fc
      .record({
        kind: fc.nat(255),
        id: fc.uint8Array({ minLength: 2, maxLength: 2 }),
        body: fc.uint8Array(),
        tail: fc.uint8Array(),
      })
      .map((given) => ({ ...given, size: given.body.length }));
    fc.assert(
      fc.property(values, (given) => {
        const parsed = parseLayout(LAYOUT, encodeLayout(LAYOUT, given));
        expect(parsed).toMatchObject({ values: given });
      }),
    );
  });

  it('never throws on bytes, and its ranges then cover them without a gap', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const parsed = parseLayout(LAYOUT, bytes);
        if (isMisfit(parsed)) {
          expect(parsed.at).toBeLessThanOrEqual(bytes.length);
          return;
        }
        const starts = parsed.fields.map(({ start }) => start);
        const ends = parsed.fields.map(({ end }) => end);
        expect(starts).toEqual([0, ...ends.slice(0, -1)]);
        expect(ends.at(-1)).toBe(bytes.length);
      }),
    );
  });
});
