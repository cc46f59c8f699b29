import { brotliCompressSync, constants, createBrotliCompress, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { misplaced, valueAt } from '../../../../test/support/dissection/fields.ts';
import { handshake, u, vec } from '../../../../test/support/dissection/handshake-samples.ts';
import type { Unit } from '../../layer.ts';
import { HandshakeStream } from '../handshake.ts';
import { decompress } from './decompression.ts';

const ZLIB = 1;
const BROTLI = 2;
const ZSTD = 3;

const ALGORITHMS = [
  { name: 'zlib', algorithm: ZLIB, compress: (plain: Uint8Array) => new Uint8Array(deflateSync(plain)) },
  { name: 'brotli', algorithm: BROTLI, compress: (plain: Uint8Array) => brotliOf(plain) },
];

function brotliOf(plain: Uint8Array, lgwin = 22, quality = 11): Uint8Array {
  const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY } = constants;
  const params = { [BROTLI_PARAM_LGWIN]: lgwin, [BROTLI_PARAM_QUALITY]: quality };
  return new Uint8Array(brotliCompressSync(plain, { params }));
}

function read(algorithm: number, claimed: number, compressed: Uint8Array): Unit {
  const stream = new HandshakeStream();
  stream.push(handshake(25, u(2, algorithm), u(3, claimed), vec(3, compressed)));
  return stream.next({ version: 0x0304 })?.unit as Unit;
}

describe.each(ALGORITHMS)('a certificate compressed with $name', ({ name, algorithm, compress }) => {
  const compressed = (plain: Uint8Array, claimed = plain.length): Unit =>
    read(algorithm, claimed, compress(plain));
  const broken = compress(new Uint8Array(40).map((_, i) => i % 7)).fill(0xff, 4);

  it('is decompressed, with its fields where the compressed bytes are', () => {
    const unit = compressed(fromHex('00 000000'));
    const whole = unit.fields.at(-1) as Field;
    expect(unit.state).toBe('clear');
    expect(whole).toMatchObject({ name: 'compressed_certificate', value: '4 bytes decompressed' });
    expect(whole.children?.map(({ name, start, end }) => [name, start, end])).toEqual([
      ['certificate_request_context_length', whole.start, whole.end],
      ['certificate_request_context', whole.start, whole.end],
      ['certificate_list_length', whole.start, whole.end],
      ['certificate_list', whole.start, whole.end],
    ]);
  });

  it.each([
    ['says less than it becomes', compressed(new Uint8Array(50_000), 1_000), /to more than 1,000 bytes/],
    ['says more than it becomes', compressed(fromHex('00 000000'), 5), /to fewer than 5 bytes/],
    ['would become a hundred times as long', compressed(new Uint8Array(200_000)), /more than 100 to 1/],
    ['is longer than any', read(algorithm, 262_129, new Uint8Array(3_000)), /more than 262128 are not/],
    ['is broken', read(algorithm, 40, broken), new RegExp(`not compressed with ${name}`)],
    ['is empty', read(algorithm, 4, fromHex('')), /of no bytes/],
  ])('that %s is not shown', (_what, unit, reason) => {
    expect(unit).toMatchObject({ state: 'malformed', reason: expect.stringMatching(reason) });
    const whole = unit.fields.at(-1) as Field;
    const faults = (whole.children ?? []).filter(({ malformed }) => malformed);
    expect(faults.map(({ value }) => value)).toEqual([expect.stringMatching(reason)]);
  });

  it('cut short or with any byte changed throws nothing, and gives as many bytes as it states or none', () => {
    const plain = concat(Array.from({ length: 20 }, (_, i) => fromHex(`0603551d${(16 + i).toString(16)}`)));
    const whole = compress(plain);
    for (let length = 0; length < whole.length; length++) {
      const found = decompress(algorithm, whole.subarray(0, length), plain.length);
      // In zlib the last four bytes are a checksum of the others; in brotli the last byte may be filled up with
      // zeros.
      if (length < whole.length - 4) expect(found).not.toHaveProperty('plain');
    }
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const changed = whole.slice();
        changed[at] = byte;
        const found = decompress(algorithm, changed, plain.length);
        if ('plain' in found) expect(found.plain).toHaveLength(plain.length);
        const unit = read(algorithm, plain.length, changed);
        expect(misplaced(unit.fields, unit.bytes.length)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('brotli', () => {
  // The encoder of node:zlib is Google's own.
  it('gives back what was packed, with every window and quality', () => {
    const text = fc.string({ maxLength: 3_000 }).map((value) => new TextEncoder().encode(value));
    const der = fc.uint8Array({ maxLength: 3_000 });
    const window = fc.integer({
      min: constants.BROTLI_MIN_WINDOW_BITS,
      max: constants.BROTLI_MAX_WINDOW_BITS,
    });
    fc.assert(
      fc.property(fc.oneof(text, der), window, fc.nat({ max: 11 }), (plain, lgwin, quality) => {
        expect(decompress(BROTLI, brotliOf(plain, lgwin, quality), plain.length)).toEqual({ plain });
      }),
      { numRuns: 300 },
    );
  });

  it('gives back the longest that is read', () => {
    const plain = Uint8Array.from({ length: 2 ** 18 - 16 }, (_, i) => (i * i) >> 7);
    expect(decompress(BROTLI, brotliOf(plain, 24, 5), plain.length)).toEqual({ plain });
  });

  it('in several blocks stays as it is, and says so', async () => {
    const encoder = createBrotliCompress();
    const half = new Uint8Array(200).map((_, i) => i % 7);
    encoder.write(half);
    await new Promise<void>((resolve) => encoder.flush(resolve));
    encoder.end(half);
    const bytes = new Uint8Array(Buffer.concat((await encoder.toArray()) as Buffer[]));
    expect(decompress(BROTLI, bytes, 400)).toEqual({
      unread: 'brotli in several blocks is not decompressed here',
    });
    expect(read(BROTLI, 400, bytes)).toMatchObject({ state: 'clear' });
  });

  it('does not let a few bytes ask for 16 MiB', () => {
    // A window of 24 bits, and a block that is said to be 16 MiB long, of one symbol.
    const bomb = brotliOf(new Uint8Array(2 ** 24), 24);
    expect(bomb.length).toBeLessThan(40);
    const room = process.memoryUsage().arrayBuffers;
    expect(decompress(BROTLI, bomb, 100)).toEqual({
      fault: 'it decompresses to more than 100 bytes',
    });
    expect(process.memoryUsage().arrayBuffers - room).toBeLessThan(2 ** 21);
  });
});

describe('zstd', () => {
  it('stays as it is, and says so', () => {
    const unit = read(ZSTD, 4, fromHex('28b52ffd 2004 210000 00000000'));
    expect(unit.state).toBe('clear');
    expect(valueAt(unit.fields, 'compressed_certificate')).toBe('zstd is not decompressed here');
    expect(valueAt(unit.fields, 'compressed_certificate.compressed')).toBe('28b52ffd200421000000000000');
  });
});
