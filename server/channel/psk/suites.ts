/** Cipher suites of the psk wire. */
import type { Aead, Ciphers } from '../contract.ts';

export const SUITES = [
  {
    id: 0x01,
    name: 'aes-256-gcm',
    keyLength: 32,
    ivLength: 12,
    aead: (ciphers: Ciphers, key: Uint8Array): Aead => ciphers.aes256gcm(key),
  },
] as const;

export type Suite = (typeof SUITES)[number];

export function suiteById(id: number): Suite | undefined {
  return SUITES.find((suite) => suite.id === id);
}
