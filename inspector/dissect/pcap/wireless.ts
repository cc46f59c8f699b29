/** Frames of IEEE 802.11, with and without what a radio says about their reception. */
import { afterLlc } from './ethertypes.ts';
import { type Carried, CUT, type Unwrapped, behind } from './layers.ts';
import { LITTLE, type Words } from './source.ts';

const DATA = 2;
const SUBTYPE = { empty: 0x4, qos: 0x8 } as const;
const FLAG = { toDistribution: 0x01, fromDistribution: 0x02, sealed: 0x40, order: 0x80 } as const;
/** Frame control, duration, three addresses, sequence control. */
const HEADER = 24;

/** The content after a header that says at `at` how long it is: radiotap, Prism, AVS. */
export function afterRadio(packet: Carried, words: Words, at: number): Unwrapped {
  const { bytes } = packet;
  if (bytes.length < at + 4) return CUT;
  // Radiotap counts in two bytes, the others in four.
  const length = at === 2 ? words.u16(bytes, at) : words.u32(bytes, at);
  return bytes.length < length ? CUT : afterWireless(behind(packet, length));
}

/** IEEE 802.11 §9.2.4: the content of a data frame begins with 802.2, unless it is sealed. */
export function afterWireless(packet: Carried): Unwrapped {
  const { bytes } = packet;
  if (bytes.length < HEADER) return 'not IP (802.11, a frame without data)';
  const [control, flags] = [LITTLE.u16(bytes, 0), bytes[1] as number];
  const [type, subtype] = [(control >> 2) & 3, (control >> 4) & 0xf];
  if (type !== DATA || (subtype & SUBTYPE.empty) !== 0) return 'not IP (802.11, a frame without data)';
  if ((flags & FLAG.sealed) !== 0) return 'not IP (802.11, sealed by the network’s key)';
  const relayed = (flags & FLAG.toDistribution) !== 0 && (flags & FLAG.fromDistribution) !== 0;
  const qos = (subtype & SUBTYPE.qos) !== 0;
  const length = HEADER + (relayed ? 6 : 0) + (qos ? 2 : 0) + (qos && (flags & FLAG.order) !== 0 ? 4 : 0);
  return afterLlc(behind(packet, length));
}
