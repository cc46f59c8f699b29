/** The addresses of peers, in their usual spelling. */
import { parseAddress } from '#protocol/addresses';

/** An IPv4 address that a dual-stack socket reports as IPv6 is shown as IPv4. `unknown` if there is no address. */
export function plainAddress(address: string | undefined): string {
  return (address === undefined ? undefined : parseAddress(address)?.toString()) ?? 'unknown';
}
