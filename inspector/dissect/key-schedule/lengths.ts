/** How many bytes of key material each TLS cipher suite wants, from its IANA name (RFC 5246 appendix C and later ones). */

export interface Lengths {
  /** Length of each side's MAC key; 0 where the cipher authenticates by itself. */
  readonly mac: number;
  readonly key: number;
  /**
   * Length of the part of a nonce that the key block holds (TLS 1.2); CBC sends its iv with every record
   * instead.
   */
  readonly iv: number;
}

const KEYS: readonly (readonly [pattern: RegExp, length: number])[] = [
  [/_(AES|ARIA|CAMELLIA)_128_/, 16],
  [/_(AES|ARIA|CAMELLIA)_256_/, 32],
  [/_CHACHA20_POLY1305_/, 32],
  [/_3DES_EDE_/, 24],
  [/_RC4_128_/, 16],
  [/_WITH_NULL_/, 0],
];
const MACS: readonly (readonly [pattern: RegExp, length: number])[] = [
  [/_SHA384$/, 48],
  [/_SHA256$/, 32],
  [/_SHA$/, 20],
  [/_MD5$/, 16],
];

/** `undefined` for a suite that is not known here. */
export function lengthsOf(suite: string): Lengths | undefined {
  const key = matching(KEYS, suite);
  if (key === undefined) return undefined;
  if (/_CHACHA20_POLY1305_/.test(suite)) return { mac: 0, key, iv: 12 };
  if (/_(GCM|CCM)(_|$)/.test(suite)) return { mac: 0, key, iv: 4 };
  const mac = matching(MACS, suite);
  return mac === undefined ? undefined : { mac, key, iv: 0 };
}

function matching(table: typeof KEYS, suite: string): number | undefined {
  return table.find(([pattern]) => pattern.test(suite))?.[1];
}
