/** IP addresses and ranges of them, as bans use them. */
import ipaddr from 'ipaddr.js';

/** Whether the address lies in `range`: an address, or `address/bits`. False for what is neither. */
export function inRange(address: string, range: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const one = ipaddr.process(address);
  const [network, bits] = parseRange(range) ?? [];
  if (!network || bits === undefined || network.kind() !== one.kind()) return false;
  return one.match(network, bits);
}

/** A range in its usual spelling, or `undefined` when it is none. */
export function cleanRange(range: string): string | undefined {
  const parsed = parseRange(range);
  if (!parsed) return undefined;
  const [network, bits] = parsed;
  const all = network.kind() === 'ipv4' ? 32 : 128;
  return bits === all ? network.toString() : `${network.toString()}/${bits}`;
}

function parseRange(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  if (ipaddr.isValid(range)) {
    const network = ipaddr.process(range);
    return [network, network.kind() === 'ipv4' ? 32 : 128];
  }
  return ipaddr.isValidCIDR(range) ? ipaddr.parseCIDR(range) : undefined;
}
