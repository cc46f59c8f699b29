/** Time stamps of pcapng: a number of units since 1970, in a unit that each interface chooses. */
import { type Words, plausibleTime } from './source.ts';

export interface Clock {
  /** Units of a time stamp in one second. */
  readonly perSecond: bigint;
  /** Seconds to add to every time stamp. */
  readonly offset: number;
}

const MICROSECONDS = 1_000_000n;
/** Up to here the arithmetic of numbers is exact, and faster. */
const EXACT_HIGH_WORD = 2 ** 21;

/** By the options if_tsresol and if_tsoffset (§4.2); without them, microseconds. */
export function clockOf(resolution: number | undefined, offset: Uint8Array | undefined, words: Words): Clock {
  return {
    perSecond: resolution === undefined ? MICROSECONDS : perSecond(resolution),
    offset: offset?.length === 8 ? signed64(offset, words) : 0,
  };
}

/** Milliseconds since 1970 with a fraction; 0 for what no date can show. */
export function timeOf(high: number, low: number, { perSecond: units, offset }: Clock): number {
  const perSecondNumber = Number(units);
  if (high < EXACT_HIGH_WORD && perSecondNumber < 2 ** 53) {
    const stamp = high * 2 ** 32 + low;
    const seconds = Math.floor(stamp / perSecondNumber);
    return inMilliseconds(seconds + offset, stamp - seconds * perSecondNumber, perSecondNumber);
  }
  const stamp = (BigInt(high) << 32n) | BigInt(low);
  return inMilliseconds(Number(stamp / units) + offset, Number(stamp % units), perSecondNumber);
}

function inMilliseconds(seconds: number, rest: number, units: number): number {
  return plausibleTime(seconds * 1000 + (rest / units) * 1000);
}

/** Without its highest bit a power of ten, with it a power of two. Absurd ones count as the default. */
function perSecond(resolution: number): bigint {
  const exponent = BigInt(resolution & 0x7f);
  if ((resolution & 0x80) !== 0) return exponent <= 63n ? 2n ** exponent : MICROSECONDS;
  return exponent <= 18n ? 10n ** exponent : MICROSECONDS;
}

/** Two's complement, exact for the seconds of any plausible date. */
function signed64(bytes: Uint8Array, words: Words): number {
  const [high, low] = words.littleEndian ? [4, 0] : [0, 4];
  return (words.u32(bytes, high) | 0) * 2 ** 32 + words.u32(bytes, low);
}
