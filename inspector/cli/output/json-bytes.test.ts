import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { ByteWriter } from './byte-writer.ts';
import { JsonBytes } from './json-bytes.ts';

function written(...values: unknown[]): string {
  const out = new ByteWriter(1);
  const json = new JsonBytes(out);
  return values.map((value) => (json.write(value), Buffer.from(out.taken()).toString())).join('\n');
}

describe('JSON written as bytes', () => {
  it('has bytes in hex and leaves out what is undefined', () => {
    expect(written({ raw: fromHex('00ff a0'), reason: undefined, inner: [{ raw: fromHex('') }, null] })).toBe(
      '{"raw":"00ffa0","inner":[{"raw":""},null]}',
    );
  });

  it('has a member that comes again as it was before', () => {
    const field = { name: 'type', value: 'say "hi"', note: 'What it “is”.' };
    expect(written(field, field)).toBe(`${JSON.stringify(field)}\n${JSON.stringify(field)}`);
  });

  it('keeps only so many names of others, and writes those after them too', () => {
    const members = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`name ${i}`, i]));
    expect(written(members, members)).toBe(`${JSON.stringify(members)}\n${JSON.stringify(members)}`);
  });

  it('is what JSON.stringify makes of any value', () => {
    const key = fc.oneof(
      fc.constantFrom('note', 'name', 'source', '__proto__'),
      fc.string({ unit: 'binary' }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { withCrossShrink: true },
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ maxLength: 60 }),
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (any) => {
        const text = JSON.stringify(any);
        expect(written(any, any)).toBe(`${text}
${text}`);
      }),
    );
    // Halves of surrogate pairs, which a random text hardly ever has.
    for (const text of ['\ud800', 'a\udc00\ud800', '\ud83d\ude00', '\u2028'])
      expect(written(text)).toBe(JSON.stringify(text));
  });

  it('has the digits of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(written(bytes)).toBe(`"${toHex(bytes)}"`);
      }),
    );
  });
});
