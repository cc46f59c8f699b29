/**
 * A recipe for CyberChef that decrypts one record again. Its input is the hex of the whole record; its output is what the record
 * decrypts to. The arguments of each operation stand in the order of CyberChef's own forms.
 */
import { indexOfBytes, toHex } from '#protocol/bytes';
import type { WireRecord } from '../model.ts';
import { AEADS } from '../crypto/record-ciphers.ts';
import type { TapEvent } from '../model.ts';
import { type Decryption, decryptionsIn } from './decryptions.ts';

interface Operation {
  readonly op: string;
  readonly args: readonly unknown[];
}

export type Recipe = { readonly text: string } | { readonly fault: string };

/** `events`: those of the record's connection, with the secrets that open it. */
export function recipeFor(record: WireRecord, events: Iterable<TapEvent>): Recipe {
  if (record.state !== 'opened') return { fault: 'Nothing is decrypted in this record.' };
  const [decryption] = decryptionsIn(events, (sealed) => indexOfBytes(record.raw, sealed) >= 0);
  if (!decryption)
    return { fault: 'CyberChef has no operation for the cipher of this record, or the record is in parts.' };
  const steps = stepsFor(decryption);
  if (!steps) return { fault: `CyberChef has no operation for ${decryption.cipher}.` };
  const { tagLength } = AEADS[decryption.cipher];
  const start = indexOfBytes(record.raw, decryption.sealed);
  const take = op('Take bytes', start, decryption.sealed.length - tagLength, false);
  return { text: JSON.stringify([op('From Hex', 'Auto'), take, ...steps]) };
}

function stepsFor(decryption: Decryption): readonly Operation[] | undefined {
  const { cipher, key, nonce, aad, sealed } = decryption;
  const tag = sealed.subarray(sealed.length - AEADS[cipher].tagLength);
  switch (cipher) {
    case 'aes-128-gcm':
    case 'aes-256-gcm':
      return [op('AES Decrypt', hex(key), hex(nonce), 'GCM', 'Raw', 'Raw', hex(tag), hex(aad))];
    case 'chacha20-poly1305':
      // The first block of the key stream makes the key of the tag, which this operation does not check (RFC 8439 §2.8). It takes
      // and gives text, in which only hex is safe.
      return [
        op('To Hex', 'None', 0),
        op('ChaCha', hex(key), hex(nonce), 1, '20', 'Hex', 'Hex'),
        op('From Hex', 'Auto'),
      ];
    default:
      return undefined;
  }
}

const op = (name: string, ...args: readonly unknown[]): Operation => ({ op: name, args });

function hex(bytes: Uint8Array): { readonly option: 'Hex'; readonly string: string } {
  return { option: 'Hex', string: toHex(bytes) };
}
