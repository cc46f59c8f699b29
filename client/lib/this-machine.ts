/** Which addresses are those of this very machine. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Of a host as it stands in a URL or after `--host`. A name other than `localhost` is not looked up: it is not. */
export function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost') return true;
  const family = isIP(host);
  if (family === 0) return false;
  return ownAddresses().check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function ownAddresses(): BlockList {
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8);
  own.addAddress('::1', 'ipv6');
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
    own.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return own;
}
