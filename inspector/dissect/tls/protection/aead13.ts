/** Records of TLS 1.3, RFC 8446 §5.2 and §5.3. */
import { counterNonce } from '#channel/counter-nonce';
import { AEADS, type AeadName, type RecordCiphers } from '../../crypto/record-ciphers.ts';
import type { TrafficKeys } from '../schedule.ts';
import { type Protection, RECORD_HEADER_LENGTH, type SealedParts, UNKNOWN_PARTS } from './protection.ts';

export function aead13Parts(name: AeadName): SealedParts {
  return { ...UNKNOWN_PARTS, tag: AEADS[name].tagLength };
}

export function aead13(ciphers: RecordCiphers, name: AeadName, { key, iv }: TrafficKeys): Protection {
  const aead = ciphers.aead(name, key);
  return {
    parts: aead13Parts(name),
    // The header is the additional data; the nonce is iv XOR sequence number.
    open: (sequence, record) =>
      aead.open(
        counterNonce(iv, sequence),
        record.subarray(0, RECORD_HEADER_LENGTH),
        record.subarray(RECORD_HEADER_LENGTH),
      ),
  };
}
