import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isAddress, ownHosts, servedHosts } from './hosts.ts';

describe('the hosts of this machine', () => {
  it.each([
    ['lectern', ['localhost', '127.0.0.1', '::1', 'lectern']],
    ['localhost', ['localhost', '127.0.0.1', '::1']],
    ['Bob’s laptop', ['localhost', '127.0.0.1', '::1']],
  ])('named %j', (name, hosts) => expect(ownHosts(name)).toEqual(hosts));

  it('include the address that a server listens on', () => {
    expect(servedHosts('127.0.0.1', 'lectern')).toEqual(['localhost', '127.0.0.1', '::1', 'lectern']);
    expect(servedHosts('192.0.2.7', 'lectern')).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      'lectern',
      '192.0.2.7',
    ]);
  });

  it('include every address of the machine when a server listens on all', () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const hosts = servedHosts('0.0.0.0', 'lectern');
    for (const { address, family } of own) if (family === 'IPv4') expect(hosts).toContain(address);
    for (const host of hosts.slice(4)) expect(isAddress(host) && !host.startsWith('fe80')).toBe(true);
  });
});
