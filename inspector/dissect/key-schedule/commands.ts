/**
 * Shell commands that compute a derived value again with independent code. They need a POSIX shell, OpenSSL 3,
 * and for an exclusive-or python3; each contains all of its inputs and prints lower-case hex.
 */
import { toHex } from '#protocol/bytes';

export type Hash = 'sha256' | 'sha384';

/** `openssl kdf` and `openssl mac` print capitals, and colons between bytes. */
const PLAIN_HEX = `tr -d ':\\n' | tr A-F a-f`;
const NAMES: Record<Hash, string> = { sha256: 'SHA256', sha384: 'SHA384' };

/** Hash of the parts one after the other. */
export function digestCommand(hash: Hash, parts: readonly Uint8Array[]): string {
  return `${printf(parts)} | openssl dgst -${hash} -r | cut -d ' ' -f 1`;
}

export function hmacCommand(hash: Hash, key: Uint8Array, message: Uint8Array): string {
  const options = `-digest ${NAMES[hash]} -macopt hexkey:${toHex(key)}`;
  return `${printf([message])} | openssl mac ${options} HMAC | ${PLAIN_HEX}`;
}

export function hkdfExtractCommand(hash: Hash, salt: Uint8Array, key: Uint8Array, length: number): string {
  return kdf('HKDF', hash, length, ['mode:EXTRACT_ONLY', hex('hexsalt', salt), hex('hexkey', key)]);
}

/** HKDF-Expand, RFC 5869 §2.3: `info` is the label and what follows it. */
export function hkdfExpandCommand(
  hash: Hash,
  key: Uint8Array,
  info: { readonly label: string; readonly rest: Uint8Array },
  length: number,
): string {
  const parts = ['mode:EXPAND_ONLY', hex('hexkey', key), `info:${info.label}`, hex('hexinfo', info.rest)];
  return kdf('HKDF', hash, length, parts);
}

/** HKDF-Expand-Label, RFC 8446 §7.1. */
export function expandLabelCommand(
  hash: Hash,
  secret: Uint8Array,
  { label, context }: { readonly label: string; readonly context: Uint8Array },
  length: number,
): string {
  const parts = ['mode:EXPAND_ONLY', hex('hexkey', secret), 'prefix:tls13 ', `label:${label}`];
  return kdf('TLS13-KDF', hash, length, context.length === 0 ? parts : [...parts, hex('hexdata', context)]);
}

/** The PRF of TLS 1.2, RFC 5246 §5. */
export function prfCommand(
  hash: Hash,
  secret: Uint8Array,
  { label, seeds }: { readonly label: string; readonly seeds: readonly Uint8Array[] },
  length: number,
): string {
  const parts = [hex('hexsecret', secret), `seed:${label}`, ...seeds.map((seed) => hex('hexseed', seed))];
  return kdf('TLS1-PRF', hash, length, parts);
}

/** Only these bytes of what another command prints. */
export function sliceCommand(command: string, start: number, end: number): string {
  return `${command} | cut -c ${2 * start + 1}-${2 * end}`;
}

/** `value` with another, which is not longer, laid over its end by exclusive-or. */
export function xorCommand(value: Uint8Array, over: Uint8Array): string {
  return `python3 -c 'print("%0${2 * value.length}x" % (0x${toHex(value)} ^ 0x${toHex(over)}))'`;
}

function kdf(name: string, hash: Hash, length: number, options: readonly string[]): string {
  const given = [`digest:${NAMES[hash]}`, ...options].map((option) => `-kdfopt ${quoted(option)}`);
  return `openssl kdf -keylen ${length} ${given.join(' ')} ${name} | ${PLAIN_HEX}`;
}

function hex(option: string, value: Uint8Array): string {
  return `${option}:${toHex(value)}`;
}

/** The labels of the specifications hold letters, digits, spaces and hyphens. */
function quoted(option: string): string {
  return option.includes(' ') ? `'${option}'` : option;
}

/** Octal escapes: the only ones for bytes that POSIX promises. */
function printf(parts: readonly Uint8Array[]): string {
  const escapes = parts.flatMap((part) =>
    Array.from(part, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
  );
  return `printf '${escapes.join('')}'`;
}
