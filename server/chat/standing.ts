/** A ban or mute while it is in force: what every message is checked against is computed once. */
import type { Sanction } from './records.ts';
import { type Network, parseRange } from '#protocol/addresses';

export interface Standing extends Sanction {
  /** The network that `address` stands for. */
  readonly range: Network | undefined;
  /** When it began and when it ends, on the scale of `ChatState.steady`: the machine's clock may be set in the meantime. */
  readonly began: number;
  readonly ends: number | undefined;
  /** `Member.author` of guests who turned out to be its target, up to `LIMITS.selves`. */
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
