/**
 * A recipe for CyberChef that decrypts one record again. Its input is the hex of the whole record; its output is what the record
 * decrypts to. The arguments of each operation stand in the order of CyberChef's own forms.
 */
import { EMPTY, equalConstantTime, indexOfBytes, readUint, toHex } from '#protocol/bytes';
import type { WireRecord } from '../model.ts';
import { AEADS, BLOCK_LENGTH } from '../crypto/record-ciphers.ts';
import type { TapEvent } from '../model.ts';
import { type Decryption, decryptionsIn } from './decryptions.ts';

interface Operation {
  readonly op: string;
  readonly args: readonly unknown[];
}

export type Recipe = { readonly text: string } | { readonly fault: string };

/** `events`: those of the record's connection, with the secrets that open it. */
export function recipeFor(record: WireRecord, events: Iterable<TapEvent>): Recipe {
  const { state, raw, plain } = record;
  if (state !== 'opened' || !plain) return { fault: 'Nothing is decrypted in this record.' };
  // A key that does not fit may have been tried first, and CBC never says so.
  const decryption = decryptionsIn(events, (sealed) => indexOfBytes(raw, sealed) >= 0).find((one) =>
    startsWith(one.plain, plain),
  );
  if (!decryption)
    return { fault: 'CyberChef has no operation for the cipher of this record, or the record is in parts.' };
  const steps = stepsFor(decryption, plain.length);
  if (!steps)
    return { fault: `CyberChef has no operation that does ${decryption.cipher} as this record needs it.` };
  const start = indexOfBytes(raw, decryption.sealed);
  const take = op('Take bytes', start, decryption.sealed.length - tagLengthOf(decryption), false);
  return { text: JSON.stringify([op('From Hex', 'Auto'), take, ...steps]) };
}

function stepsFor(decryption: Decryption, length: number): readonly Operation[] | undefined {
  const { key } = decryption;
  switch (decryption.cipher) {
    case 'aes-128-gcm':
    case 'aes-256-gcm': {
      const { nonce, aad, sealed } = decryption;
      const tag = sealed.subarray(sealed.length - tagLengthOf(decryption));
      return [op('AES Decrypt', hex(key), hex(nonce), 'GCM', 'Raw', 'Raw', hex(tag), hex(aad))];
    }
    case 'chacha20-poly1305':
      // The first block of the key stream makes the key of the tag, which this operation does not check (RFC 8439 §2.8). It takes
      // and gives text, in which only hex is safe.
      return [
        op('To Hex', 'None', 0),
        op('ChaCha', hex(key), hex(decryption.nonce), 1, '20', 'Hex', 'Hex'),
        op('From Hex', 'Auto'),
      ];
    case 'aes-cbc':
      // Padding is cut off with what TLS puts before it: the MAC.
      return [aes(key, decryption.iv, 'CBC/NoPadding'), op('Take bytes', 0, length, false)];
    case 'aes-ctr':
      return counted(key, decryption.iv, decryption.sealed.length);
    case 'aes-128-ccm':
    case 'aes-256-ccm':
    case 'aes-128-ccm-8':
    case 'aes-256-ccm-8':
      return counted(key, firstCounter(decryption.nonce), decryption.sealed.length);
    default:
      return undefined;
  }
}

/** CTR, which EAX and CCM are made of. CyberChef counts in the last four bytes of the block and never carries. */
function counted(key: Uint8Array, counter: Uint8Array, length: number): readonly Operation[] | undefined {
  const last = readUint(counter, BLOCK_LENGTH - 4, 4);
  if (last + length / BLOCK_LENGTH >= 2 ** 32) return undefined;
  return [aes(key, counter, 'CTR')];
}

/** The first block of the key stream is for the tag; the content begins with the second one (RFC 3610 §2.3). */
function firstCounter(nonce: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_LENGTH);
  block[0] = 14 - nonce.length;
  block.set(nonce, 1);
  block[BLOCK_LENGTH - 1] = 1;
  return block;
}

function tagLengthOf({ cipher }: Decryption): number {
  return cipher === 'aes-cbc' || cipher === 'aes-ctr' ? 0 : AEADS[cipher].tagLength;
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return equalConstantTime(bytes.subarray(0, start.length), start);
}

function aes(key: Uint8Array, iv: Uint8Array, mode: 'CBC/NoPadding' | 'CTR'): Operation {
  return op('AES Decrypt', hex(key), hex(iv), mode, 'Raw', 'Raw', hex(EMPTY), hex(EMPTY));
}

const op = (name: string, ...args: readonly unknown[]): Operation => ({ op: name, args });

function hex(bytes: Uint8Array): { readonly option: 'Hex'; readonly string: string } {
  return { option: 'Hex', string: toHex(bytes) };
}
