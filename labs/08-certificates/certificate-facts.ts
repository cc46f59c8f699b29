/** What the checks of lab 08 need to know of a certificate and X509Certificate does not tell: its extensions and numbers. */
import { readUint, toHex } from '#protocol/bytes';

interface Element {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

export interface Extension {
  readonly isCritical: boolean;
  /** DER. */
  readonly value: Uint8Array;
}

export interface CertificateFacts {
  /** The bytes of the INTEGER: a first bit of 1 makes it negative. */
  readonly serial: Uint8Array;
  /** Object identifier of the signature algorithm, as hex of its DER content. */
  readonly signature: string;
  /** By object identifier, as hex of its DER content. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

export const OIDS = {
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  sha256WithRsa: '2a864886f70d01010b',
  serverAuth: '2b06010505070301',
} as const;

const [EXTENSIONS, VERSION, BOOLEAN] = [0xa3, 0xa0, 0x01];

/** `der`: a certificate that X509Certificate has read already. */
export function factsOf(der: Uint8Array): CertificateFacts {
  const [tbs, algorithm] = inside(first(elements(der)));
  const fields = inside(tbs);
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS);
  return {
    serial: first(fields.filter(({ tag }) => tag !== VERSION)).bytes,
    signature: toHex(first(inside(algorithm)).bytes),
    extensions: new Map(extensions ? inside(first(inside(extensions))).map(extensionOf) : []),
  };
}

/** Whether a bit of a keyUsage is set, by its number (RFC 5280 §4.2.1.3). */
export function hasUsage(extension: Extension | undefined, bit: number): boolean {
  if (!extension) return false;
  // The first byte counts the unused bits at the end.
  const bits = first(elements(extension.value)).bytes.subarray(1);
  return (((bits[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
}

/** Whether a basicConstraints says cA: a BOOLEAN at its beginning, false where it is left out (RFC 5280 §4.2.1.9). */
export function saysCa(extension: Extension | undefined): boolean {
  if (!extension) return false;
  const flag = inside(elements(extension.value)[0])[0];
  return flag?.tag === BOOLEAN && flag.bytes[0] !== 0;
}

function extensionOf(element: Element): readonly [oid: string, extension: Extension] {
  const parts = inside(element);
  const isCritical = parts[1]?.tag === BOOLEAN && parts[1].bytes[0] !== 0;
  return [toHex(first(parts).bytes), { isCritical, value: first(parts.slice(-1)).bytes }];
}

function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at + 1] as number;
    const size = length < 0x80 ? 0 : length & 0x7f;
    const start = at + 2 + size;
    const end = start + (size === 0 ? length : readUint(bytes, at + 2, size));
    found.push({ tag: bytes[at] as number, bytes: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

function inside(element: Element | undefined): Element[] {
  return elements(element?.bytes ?? new Uint8Array());
}

function first(found: readonly Element[]): Element {
  return found[0] ?? { tag: 0, bytes: new Uint8Array() };
}
