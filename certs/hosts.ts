/** The names and addresses that a certificate vouches for. */
import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { CertificateError } from './errors.ts';

/** One label: letters, digits, `-` and (as machine names have it) `_`; at most 63 (RFC 1035 §2.3.1). */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const NAME_MAX_LENGTH = 253;

/** The names this machine answers to on its own: localhost, both loopback addresses and, where usable, its name. */
export function ownHosts(machineName: string = hostname()): string[] {
  const own = ['localhost', '127.0.0.1', '::1'];
  const usable = isHost(machineName) && !own.includes(machineName);
  return usable ? [...own, machineName] : own;
}

/**
 * `ownHosts`, and the addresses by which others reach a server that listens on `listen`: that address, or every address
 * of this machine when it listens on all of them.
 */
export function servedHosts(listen: string, machineName: string = hostname()): string[] {
  const own = ownHosts(machineName);
  const further = listen === '0.0.0.0' || listen === '::' ? machineAddresses() : [listen];
  return [...new Set([...own, ...further.filter(isHost)])];
}

function machineAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  // A link-local IPv6 address means nothing without its zone (RFC 4007 §11), and a certificate holds no zones.
  return addresses.map(({ address }) => address).filter((address) => !/^fe[89ab]/i.test(address));
}

/**
 * True for an ASCII DNS name or an IP address without a zone. Nothing else goes into a certificate: name checks in
 * TLS libraries have been fooled by wildcards, Unicode dots and NUL bytes.
 */
export function isHost(host: string): boolean {
  if (isAddress(host)) return true;
  return host.length <= NAME_MAX_LENGTH && host.split('.').every((label) => LABEL.test(label));
}

export function isAddress(host: string): boolean {
  return isIP(host) !== 0 && !host.includes('%');
}

/** Throws `CertificateError` bad_host. */
export function checkHosts(hosts: readonly string[]): void {
  if (hosts.length === 0) throw new CertificateError('bad_host', 'hosts', 'a certificate needs at least one');
  for (const host of hosts) {
    if (isHost(host)) continue;
    const shown = JSON.stringify(host.slice(0, 80));
    throw new CertificateError('bad_host', shown, 'neither an ASCII DNS name nor an IP address');
  }
}
