/**
 * Records with a MAC after the content, and either a stream cipher over both or no encryption (RFC 5246 §6.2.3.1).
 */
import { equalConstantTime } from '#protocol/bytes';
import { Rc4 } from '../../crypto/rc4.ts';
import type { Mac, RecordCiphers } from '../../crypto/record-ciphers.ts';
import type { RecordKeys } from '../schedule.ts';
import type { StreamSuite } from '../suites.ts';
import { pseudoHeader } from './aead12.ts';
import { type Protection, RECORD_HEADER_LENGTH, type SealedParts, UNKNOWN_PARTS } from './protection.ts';

export function streamParts(macLength: number, { cipher }: StreamSuite): SealedParts {
  return cipher === 'null'
    ? { ...UNKNOWN_PARTS, tag: macLength, clear: true }
    : { ...UNKNOWN_PARTS, innerMac: macLength };
}

export function stream12(ciphers: RecordCiphers, suite: StreamSuite, keys: RecordKeys): Protection {
  const mac = ciphers.hmac(suite.mac, keys.mac);
  const parts = streamParts(keys.mac.length, suite);
  const stream = suite.cipher === 'rc4' ? new Keystream(keys.key) : undefined;
  return {
    parts,
    open(sequence, record) {
      const sealed = record.subarray(RECORD_HEADER_LENGTH);
      const plain = stream ? stream.decipher(record, sealed) : sealed;
      return authentic(mac, sequence, record, plain, keys.mac.length);
    },
  };
}

function authentic(
  mac: Mac,
  sequence: number,
  record: Uint8Array,
  plain: Uint8Array,
  macLength: number,
): Uint8Array | undefined {
  const length = plain.length - macLength;
  if (length < 0) return undefined;
  const content = plain.subarray(0, length);
  const made = mac.digest(pseudoHeader(sequence, record, length), content);
  return equalConstantTime(made, plain.subarray(length)) ? content : undefined;
}

/** The keystream is consumed record by record. When called again for the same record, it gives the same bytes. */
class Keystream {
  readonly #rc4: Rc4;
  #last: { readonly record: Uint8Array; readonly plain: Uint8Array } | undefined;

  constructor(key: Uint8Array) {
    this.#rc4 = new Rc4(key);
  }

  decipher(record: Uint8Array, sealed: Uint8Array): Uint8Array {
    if (this.#last?.record === record) return this.#last.plain;
    this.#last = { record, plain: this.#rc4.apply(sealed) };
    return this.#last.plain;
  }
}
