/** The addresses of peers, in their usual spelling. */
import { parseAddress } from '#wire/addresses';

/** An IPv4 address that a socket for both kinds shows as IPv6 is shown as what it is. `unknown` for no address. */
export function plainAddress(address: string | undefined): string {
  return (address === undefined ? undefined : parseAddress(address)?.toString()) ?? 'unknown';
}
