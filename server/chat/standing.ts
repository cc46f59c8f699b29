/** A ban or mute as the chat holds it while it is in force: what every message is judged by is worked out once. */
import type { Sanction } from './records.ts';
import { type Network, parseRange } from '#wire/addresses';

export interface Standing extends Sanction {
  /** What `address` stands for. */
  readonly range: Network | undefined;
  /** When it began and when it ends, as `ChatState.steady` has it: the machine's clock may be set meanwhile. */
  readonly began: number;
  readonly ends: number | undefined;
  /** `Member.author` of guests who were found to be the one it is about, up to `LIMITS.selves`. */
  readonly guests: Set<string>;
}

/** `began`: on the scale of `ChatState.steady`. */
export function standing(sanction: Sanction, began: number): Standing {
  const { address, until, ts } = sanction;
  return {
    ...sanction,
    range: address === undefined ? undefined : parseRange(address),
    began,
    ends: until === undefined ? undefined : began + until - ts,
    guests: new Set(),
  };
}
