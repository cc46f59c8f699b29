/** Ranges of IP addresses, as bans use them. */
import { isIn, parseAddress, parseRange, spelling } from '#wire/addresses';

/** Whether the address lies in `range`: an address, which stands for its network, or `address/bits`. False for neither. */
export function inRange(address: string, range: string): boolean {
  const one = parseAddress(address);
  const network = parseRange(range);
  return one !== undefined && network !== undefined && isIn(one, network);
}

/** A range in its usual spelling, or `undefined` when it is none. */
export function cleanRange(range: string): string | undefined {
  const network = parseRange(range);
  return network && spelling(network);
}
