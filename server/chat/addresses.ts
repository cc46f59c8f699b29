/** Ranges of IP addresses, as bans use them. */
import { parseRange, spelling } from '#protocol/addresses';

/** A range in its usual spelling, or `undefined` when it is not a valid range. */
export function cleanRange(range: string): string | undefined {
  const network = parseRange(range);
  return network && spelling(network);
}
