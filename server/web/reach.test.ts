import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { reachableAddresses } from './reach.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo =>
  ({
    address,
    internal,
    family: address.includes(':') ? 'IPv6' : 'IPv4',
    netmask: '',
    mac: '',
    cidr: null,
  }) as NetworkInterfaceInfo;

it('puts cable and wireless first, tunnels and containers last, and leaves out unreachable addresses', () => {
  expect(
    reachableAddresses({
      lo: [at('127.0.0.1', true), at('::1', true)],
      docker0: [at('172.17.0.1')],
      'br-4a1c': [at('172.18.0.1')],
      tun0: [at('10.8.0.2')],
      enx0: [at('169.254.3.4'), at('fe80::1')],
      weird7: [at('203.0.113.9')],
      wlp3s0: [at('2001:db8::7'), at('192.168.1.5')],
      eth0: [at('10.1.2.3')],
    }),
  ).toEqual([
    '192.168.1.5',
    '10.1.2.3',
    '2001:db8::7',
    '203.0.113.9',
    '172.17.0.1',
    '172.18.0.1',
    '10.8.0.2',
  ]);
});

it.each([
  ['macOS', { utun3: [at('10.9.0.2')], bridge100: [at('192.168.64.1')], en0: [at('192.168.1.6')] }],
  [
    'Windows',
    {
      'vEthernet (WSL)': [at('172.20.0.1')],
      'VirtualBox Host-Only Network': [at('192.168.56.1')],
      'Wi-Fi': [at('192.168.1.6')],
    },
  ],
])('knows the names of %s', (_, interfaces) => {
  expect(reachableAddresses(interfaces)[0]).toBe('192.168.1.6');
});

it('returns nothing without a network', () => {
  expect(reachableAddresses({ lo: [at('127.0.0.1', true)] })).toEqual([]);
});
