/**
 * Lab 11: open what crossed a TLS 1.3 connection, with the key log of one of its ends.
 *
 * Two cipher suites: 0x1301 is AES-128-GCM with SHA-256, 0x1302 is AES-256-GCM with SHA-384. A secret is as long as the
 * output of its suite's hash function: 32 bytes or 48. So its length tells you which hash function to use.
 */
import { createDecipheriv, createHmac } from 'node:crypto';

export interface KeyLogEntry {
  label: string;
  /** 32 bytes from the ClientHello: they say which connection the secret belongs to. */
  clientRandom: Uint8Array;
  secret: Uint8Array;
}

export interface TrafficKeys {
  key: Uint8Array;
  /** 12 bytes. */
  iv: Uint8Array;
}

export interface OpenedRecord {
  /** 21 alert, 22 handshake, 23 application data. */
  type: number;
  bytes: Uint8Array;
}

export interface RecordOnTheWire {
  direction: 'c2s' | 's2c';
  /** One whole record: 5 bytes of header, and what follows. */
  bytes: Uint8Array;
}

/** The lines of the form `LABEL <hex> <hex>`. Everything else is skipped: comments, empty lines, half a line at the end. */
export function parseKeyLog(text: string): KeyLogEntry[] {
  return [];
}

/** HKDF-Expand-Label (RFC 8446 §7.1). `label`: without the "tls13 " that goes in front of it. `length`: bytes wanted. */
export function expandLabel(
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return new Uint8Array(length);
}

/** The key and the iv that a traffic secret gives (RFC 8446 §7.3). Throws for a suite that is neither of the two. */
export function trafficKeys(secret: Uint8Array, suite: number): TrafficKeys {
  return { key: new Uint8Array(), iv: new Uint8Array() };
}

/**
 * Opens a whole record (RFC 8446 §5.2 to §5.4). `sequence`: 0 for the first record under these keys, and one more for each;
 * at most 2^53 - 1. Throws when the record was not sealed under these keys with this number, and when all of it is zeros.
 */
export function openRecord(keys: TrafficKeys, sequence: number, record: Uint8Array): OpenedRecord {
  return { type: 0, bytes: record };
}

/**
 * The application data of one connection, all of each direction in one piece. `records`: in the order in which they passed,
 * from the ClientHello on. `keyLog`: its text, which may hold the secrets of other connections too. Throws when the secrets
 * of this one are missing, and when a record does not open.
 */
export function openConversation(
  records: RecordOnTheWire[],
  keyLog: string,
): { c2s: Uint8Array; s2c: Uint8Array } {
  return { c2s: new Uint8Array(), s2c: new Uint8Array() };
}
