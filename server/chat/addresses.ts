/** Ranges of IP addresses, as bans use them. */
import { isIn, parseAddress, parseRange, spelling } from '#wire/addresses';

/** Whether the address is in `range`, which is `address/bits` or an address that stands for its network. False if invalid. */
export function inRange(address: string, range: string): boolean {
  const one = parseAddress(address);
  const network = parseRange(range);
  return one !== undefined && network !== undefined && isIn(one, network);
}

/** A range in its usual spelling, or `undefined` when it is not a valid range. */
export function cleanRange(range: string): string | undefined {
  const network = parseRange(range);
  return network && spelling(network);
}
