/** Records of TLS 1.2 with an AEAD: RFC 5246 §6.2.3.3, GCM by RFC 5288, CCM by RFC 6655, ChaCha20 by RFC 7905. */
import { concat, writeUint } from '#protocol/bytes';
import { counterNonce } from '#channel/counter-nonce';
import { AEADS, type AeadName, NONCE_LENGTH, type RecordCiphers } from '../../crypto/record-ciphers.ts';
import { type TrafficKeys, fixedIvLength } from '../schedule.ts';
import { type Protection, RECORD_HEADER_LENGTH, type SealedParts, UNKNOWN_PARTS } from './protection.ts';

/** GCM and CCM send along the part of the nonce that is not in the key block. */
export function aead12Parts(name: AeadName): SealedParts {
  return { ...UNKNOWN_PARTS, along: NONCE_LENGTH - fixedIvLength(name), tag: AEADS[name].tagLength };
}

export function aead12(ciphers: RecordCiphers, name: AeadName, { key, iv }: TrafficKeys): Protection {
  const aead = ciphers.aead(name, key);
  const parts = aead12Parts(name);
  const { along, tag } = parts;
  const start = RECORD_HEADER_LENGTH + along;
  return {
    parts,
    open(sequence, record) {
      const length = record.length - start - tag;
      if (length < 0) return undefined;
      const sent = record.subarray(RECORD_HEADER_LENGTH, start);
      const nonce = along === 0 ? counterNonce(iv, sequence) : concat([iv, sent]);
      return aead.open(nonce, pseudoHeader(sequence, record, length), record.subarray(start));
    },
  };
}

/** The additional data, RFC 5246 §6.2.3.3: sequence number, type, version, length of the content. */
export function pseudoHeader(sequence: number, record: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(13);
  writeUint(out, 0, 8, sequence);
  out.set(record.subarray(0, 3), 8);
  writeUint(out, 11, 2, length);
  return out;
}
