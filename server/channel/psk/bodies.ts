/**
 * How the suites lay out the body of a sealed record, part by part. A body has one part that is as long as the record
 * needs, `ciphertext`; what stands before and after it has a fixed size.
 */
import { type Layout, type Part, fixedSize } from '#protocol/layout';

export type BodyPartName = 'nonce' | 'iv' | 'ciphertext' | 'tag';
export type BodyLayout = readonly (Part & { readonly name: BodyPartName })[];

const SOURCE = 'psk-wire.md §Sealed records';

const nonce = (size: number, note: string) =>
  ({ name: 'nonce', kind: 'bytes', size, note, source: SOURCE }) as const;
const tag = (size: number, note: string) =>
  ({ name: 'tag', kind: 'bytes', size, note, source: SOURCE }) as const;
const ciphertext = (note: string) => ({ name: 'ciphertext', kind: 'rest', note, source: SOURCE }) as const;
const IV = {
  name: 'iv',
  kind: 'bytes',
  size: 16,
  note: 'Fresh random bytes that the first block is XORed with, so that the same text looks different each time.',
  source: SOURCE,
} as const;

const COUNTER_MODE =
  'The plain bytes under AES-256 in counter mode: as long as they are, and without the key indistinguishable from random.';
const BLOCKS =
  'The plain bytes and 1 to 16 bytes of padding under AES-256 in CBC mode: whole blocks of 16 bytes.';
const TAG = 'Authentication tag over ciphertext and header. One changed bit anywhere and it no longer fits.';

export const AEAD_BODY = [ciphertext(COUNTER_MODE), tag(16, TAG)] as const satisfies BodyLayout;

export const CHACHA_BODY = [
  ciphertext(
    'The plain bytes under ChaCha20: as long as they are, and without the key indistinguishable from random.',
  ),
  tag(16, TAG),
] as const satisfies BodyLayout;

export const EAX_BODY = [
  nonce(16, 'Fresh random bytes, different for each record.'),
  tag(
    16,
    'Authentication tag over nonce, header and ciphertext. One changed bit anywhere and it no longer fits.',
  ),
  ciphertext(COUNTER_MODE),
] as const satisfies BodyLayout;

export const CBC_HMAC_BODY = [
  IV,
  ciphertext(BLOCKS),
  tag(32, 'HMAC-SHA256 over header, iv and ciphertext. It is checked before anything is decrypted.'),
] as const satisfies BodyLayout;

export const CBC_BODY = [IV, ciphertext(BLOCKS)] as const satisfies BodyLayout;

export const RANDOM_NONCE_BODY = [
  nonce(
    12,
    'Fresh random bytes. Nothing remembers which were used, so an old record is as good as a new one.',
  ),
  ciphertext(COUNTER_MODE),
  tag(16, TAG),
] as const satisfies BodyLayout;

export const FIXED_NONCE_BODY = [
  nonce(16, 'The first counter block. It is the same in every record, and so is the key stream.'),
  ciphertext(
    'The plain bytes XORed with a key stream that every record shares: two records XORed give two texts XORed.',
  ),
] as const satisfies BodyLayout;

export const GCM_FIXED_NONCE_BODY = [
  nonce(12, 'The derived iv. It is the same in every record of a direction, and so is the key stream.'),
  ciphertext(
    'The plain bytes XORed with a key stream that all records of a direction share: two records XORed give two texts XORed.',
  ),
  tag(
    16,
    'Authentication tag over ciphertext and header. Two tags under one nonce give an equation for the key that made them.',
  ),
] as const satisfies BodyLayout;

/** A body of a suite that is not known, because the handshake was not seen. */
export const UNKNOWN_BODY = [
  {
    name: 'body',
    kind: 'rest',
    note: 'Sealed bytes. How they are laid out depends on the suite, which the handshake has told.',
    source: SOURCE,
  },
] as const satisfies Layout;

export type BodyParts = Partial<Readonly<Record<BodyPartName, Uint8Array>>>;

/** Where each part of a body of this length is; `undefined` when it is too short for those of fixed size. */
export function bodyRanges<P extends Part>(
  layout: readonly P[],
  length: number,
): { readonly part: P; readonly start: number; readonly end: number }[] | undefined {
  const spare = length - fixedSize(layout);
  if (spare < 0) return undefined;
  let start = 0;
  return layout.map((part) => {
    const range = { part, start, end: start + ('size' in part ? part.size : spare) };
    start = range.end;
    return range;
  });
}

/** The parts of a body, as views; `undefined` when it is too short. */
export function bodyParts(layout: BodyLayout, body: Uint8Array): BodyParts | undefined {
  const ranges = bodyRanges(layout, body.length);
  if (!ranges) return undefined;
  return Object.fromEntries(ranges.map(({ part, start, end }) => [part.name, body.subarray(start, end)]));
}

export function tagLength(layout: BodyLayout): number {
  return fixedSize(layout.filter(({ name }) => name === 'tag'));
}

/** Bytes of the nonce or iv in the record; 0 where it is not sent. */
export function nonceLength(layout: BodyLayout): number {
  return fixedSize(layout.filter(({ name }) => name === 'nonce' || name === 'iv'));
}

/** Where the ciphertext begins in the body. */
export function ciphertextStart(layout: BodyLayout): number {
  return fixedSize(
    layout.slice(
      0,
      layout.findIndex(({ name }) => name === 'ciphertext'),
    ),
  );
}
