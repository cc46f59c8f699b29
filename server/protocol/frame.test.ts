import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from './bytes.ts';
import { RemoteProtocolError } from './errors.ts';
import { FRAME_LAYOUT, FrameDecoder, encodeFrame } from './frame.ts';
import { encodeLayout, isMisfit, parseLayout } from './layout.ts';
import { LIMITS } from './limits.ts';

/** Two frames, `hi` and `{"ü":1}` (8 bytes of UTF-8). */
const TWO = '00000002 6869 00000008 7b22c3bc223a317d';
const TWO_PAYLOADS = ['6869', '7b22c3bc223a317d'];

describe('a frame', () => {
  it('is a length of four bytes and the payload', () => {
    expect(toHex(encodeFrame(utf8('hi')))).toBe('000000026869');
    expect(toHex(encodeFrame(new Uint8Array(0x1234)).subarray(0, 5))).toBe('0000123400');
  });

  it('is what its layout says', () => {
    const bytes = fromHex('00000002 6869');
    expect(toHex(encodeLayout(FRAME_LAYOUT, { length: 2, payload: utf8('hi') }))).toBe(toHex(bytes));
    const parsed = parseLayout(FRAME_LAYOUT, bytes);
    if (isMisfit(parsed)) throw new Error(parsed.misfit);
    expect(parsed.fields.map(({ name, start, end }) => [name, start, end])).toEqual([
      ['length', 0, 4],
      ['payload', 4, 6],
    ]);
  });

  it('is never sent empty or above the cap', () => {
    expect(() => encodeFrame(new Uint8Array(0))).toThrow(RangeError);
    expect(() => encodeFrame(new Uint8Array(LIMITS.framePayload + 1))).toThrow(RangeError);
    expect(encodeFrame(new Uint8Array(LIMITS.framePayload))).toHaveLength(LIMITS.framePayload + 4);
  });
});

describe('the decoder', () => {
  it('gives the payloads of frames that arrived as one piece', () => {
    expect(decode([fromHex(TWO)])).toEqual({ payloads: TWO_PAYLOADS });
  });

  it('gives the same payloads at every split', () => {
    const bytes = fromHex(TWO);
    for (let at = 0; at <= bytes.length; at++) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(decode(pieces), `split at ${at}`).toEqual({ payloads: TWO_PAYLOADS });
    }
  });

  it('gives nothing until the last byte is there', () => {
    const decoder = new FrameDecoder();
    for (const byte of fromHex('00000002 68')) {
      decoder.push(Uint8Array.of(byte));
      expect(decoder.next()).toBeUndefined();
    }
    decoder.push(fromHex('69'));
    expect(toHex(decoder.next() as Uint8Array)).toBe('6869');
    expect(decoder.next()).toBeUndefined();
  });

  it('takes a payload of exactly the cap and refuses one byte more', () => {
    expect(decode([fromHex('00000003 616263')], 3)).toEqual({ payloads: ['616263'] });
    expect(decode([fromHex('00000004 61626364')], 3)).toEqual({ payloads: [], code: 'frame_too_large' });
    expect(decode([fromHex('00010000'), new Uint8Array(65_536)]).payloads).toHaveLength(1);
  });

  it('refuses a length as soon as it is whole, without waiting for the payload', () => {
    expect(decode([fromHex('00010001')])).toEqual({ payloads: [], code: 'frame_too_large' });
    expect(decode([fromHex('ffffffff')])).toEqual({ payloads: [], code: 'frame_too_large' });
    expect(decode([fromHex('00000000')])).toEqual({ payloads: [], code: 'frame_empty' });
  });

  it('gives what came before a bad length, and then throws every time', () => {
    const decoder = new FrameDecoder();
    decoder.push(fromHex('00000001 21 00000000'));
    expect(toHex(decoder.next() as Uint8Array)).toBe('21');
    expect(() => decoder.next()).toThrow(RemoteProtocolError);
    decoder.push(fromHex('00000001 21'));
    expect(() => decoder.next()).toThrow('at least one byte');
  });

  it('says what it expected and what came', () => {
    const decoder = new FrameDecoder(10);
    decoder.push(fromHex('0000000b'));
    expect(() => decoder.next()).toThrow(
      expect.objectContaining({ code: 'frame_too_large', expected: 'a length up to 10', got: '11' }),
    );
  });

  it('accepts the end only between frames', () => {
    const bytes = fromHex(TWO);
    for (let at = 0; at <= bytes.length; at++) {
      const whole = at === 0 || at === 6 || at === bytes.length;
      expect(endAfter(bytes.subarray(0, at)), `end after ${at} bytes`).toBe(whole ? 'ok' : 'frame_truncated');
    }
  });
});

describe('for any bytes', () => {
  const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });

  it('any split of frames gives the same frames', () => {
    fc.assert(
      fc.property(payloads, fc.array(fc.nat()), (given, cuts) => {
        const pieces = split(concat(given.map(encodeFrame)), cuts);
        expect(decode(pieces)).toEqual({ payloads: given.map(toHex) });
      }),
    );
  });

  it('garbage gives frames or a RemoteProtocolError, and the same whole and byte by byte', () => {
    // Small lengths are as likely as absurd ones, so that frames do come out of some of it.
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      payloads.map((given) => concat(given.map(encodeFrame))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }).map(concat), (garbage) => {
        const whole = decode([garbage]);
        expect(decode(Array.from(garbage, (byte) => Uint8Array.of(byte)))).toEqual(whole);
        expect([undefined, 'frame_too_large', 'frame_empty']).toContain(whole.code);
      }),
    );
  });
});

/** Payloads in hex, and the code of the error that ended them. Errors of any other kind are not caught. */
function decode(pieces: readonly Uint8Array[], cap?: number): { payloads: string[]; code?: string } {
  const decoder = new FrameDecoder(cap);
  const payloads: string[] = [];
  try {
    for (const piece of pieces) {
      decoder.push(piece);
      for (let payload = decoder.next(); payload; payload = decoder.next()) payloads.push(toHex(payload));
    }
    return { payloads };
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    return { payloads, code: error.code };
  }
}

function endAfter(bytes: Uint8Array): string {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  while (decoder.next()) continue;
  try {
    decoder.end();
    return 'ok';
  } catch (error) {
    return (error as RemoteProtocolError).code;
  }
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}
