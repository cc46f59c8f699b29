/** Names of TLS numbers, from the registries of IANA and RFC 8446. */
import * as R from './registries.ts';
import { isGrease } from './suites.ts';

export const CONTENT_TYPE = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
} as const;

export const HANDSHAKE_TYPE = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  serverHelloDone: 14,
  clientKeyExchange: 16,
  finished: 20,
  keyUpdate: 24,
} as const;

type Names = Readonly<Record<number, string>>;

export const CONTENT_TYPES: Names = R.CONTENT_TYPES;

/** True for content types of TLS records; the others in the registry belong to DTLS. */
export function isContentType(type: number): boolean {
  return type >= CONTENT_TYPE.changeCipherSpec && type <= HEARTBEAT;
}
const HEARTBEAT = 24;

export const HANDSHAKE_TYPES: Names = R.HANDSHAKE_TYPES;

export const VERSIONS: Names = {
  0x0300: 'SSL 3.0',
  0x0301: 'TLS 1.0',
  0x0302: 'TLS 1.1',
  0x0303: 'TLS 1.2',
  0x0304: 'TLS 1.3',
  ...Object.fromEntries(Array.from({ length: 11 }, (_, i) => [0x7f12 + i, `TLS 1.3, draft ${18 + i}`])),
};

/** Number of the draft of TLS 1.3 that this version stands for; `undefined` for published versions. */
export function draftOf(version: number): number | undefined {
  return version >> 8 === 0x7f ? version & 0xff : undefined;
}

export const ALERT_LEVELS: Names = { 1: 'warning', 2: 'fatal' };

/** Alert descriptions, RFC 8446 §6. */
export const ALERTS: Names = R.ALERTS;

export const EXTENSIONS: Names = R.EXTENSIONS;

export const GROUPS: Names = R.SUPPORTED_GROUPS;

/**
 * Signature schemes. Those of TLS 1.2 that the registry lacks are named by hash and algorithm (RFC 5246 §7.4.1.4.1).
 */
export const SIGNATURES: Names = R.SIGNATURE_SCHEMES;

export const PSK_MODES: Names = R.PSK_MODES;

export const KEY_UPDATES: Names = { 0: 'update_not_requested', 1: 'update_requested' };

export const CERTIFICATE_TYPES: Names = R.CERTIFICATE_TYPES;

/** Kinds of keys in a client's certificate, before TLS 1.3 (RFC 5246 §7.4.4, RFC 8422 §5.5). */
export const CLIENT_CERTIFICATE_TYPES: Names = R.CLIENT_CERTIFICATE_TYPES;

/** Compression of certificates (RFC 8879 §7.3). */
export const COMPRESSIONS: Names = R.CERTIFICATE_COMPRESSION;

/** Compression of records before TLS 1.3 (IANA’s registry of compression methods). */
export const RECORD_COMPRESSIONS: Names = { 0: 'null', 1: 'DEFLATE', 64: 'LZS' };

/** Numbers of HPKE (RFC 9180 §7.2, §7.3). */
export const HPKE_KDFS: Names = { 1: 'HKDF-SHA256', 2: 'HKDF-SHA384', 3: 'HKDF-SHA512' };
export const HPKE_AEADS: Names = { 1: 'AES-128-GCM', 2: 'AES-256-GCM', 3: 'ChaCha20Poly1305' };

/** The name of a number, or else the number in hex; `size` is its length on the wire in bytes. */
export function nameIn(names: Names, size: 1 | 2): (value: number) => string {
  return (value) => {
    const name = names[value];
    if (name !== undefined) return name;
    if (size === 2 && isGrease(value)) return 'GREASE';
    return `0x${value.toString(16).padStart(2 * size, '0')}`;
  };
}
