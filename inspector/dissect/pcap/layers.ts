/** What the layers below IP have in common: bytes that carry others, as far as they were kept. */

/** The content of a packet or of a layer. `lost` bytes at its end crossed and were not kept. */
export interface Carried {
  readonly bytes: Uint8Array;
  readonly lost: number;
}

/** What follows a layer's header: an IP packet, or why there is none. */
export type Unwrapped = Carried | string;

export const CUT = 'cut off before the IP header';

/** What follows `length` bytes. */
export function behind({ bytes, lost }: Carried, length: number): Carried {
  return { bytes: bytes.subarray(length), lost };
}

/**
 * The first `stated` bytes: a layer says how long its content is, and what follows that is padding of the layer
 * around it. Padding that was cut off is no loss.
 */
export function within({ bytes, lost }: Carried, stated: number): Carried {
  const kept = stated < bytes.length ? bytes.subarray(0, stated) : bytes;
  return { bytes: kept, lost: Math.min(lost, stated - kept.length) };
}
