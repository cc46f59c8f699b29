/** One direction of a TLS 1.2 connection from its ChangeCipherSpec on, with an AEAD suite (RFC 5246 §6.2.3.3). */
import type { Direction } from '../model.ts';
import { RECORD_HEADER_LENGTH, TAG_LENGTH, explicitNonceLength, open12 } from './aead.ts';
import type { TlsOpening } from './keys13.ts';
import { type TrafficKeys, keyBlock } from './schedule.ts';
import type { TlsAead, TlsSuite } from './suites.ts';

export class Tls12Keys {
  readonly #aead: TlsAead;
  readonly #keys: TrafficKeys;
  #sequence = 0;

  /** `master` is the 48-byte master secret that a `CLIENT_RANDOM` line holds. */
  constructor(
    dir: Direction,
    suite: TlsSuite & { readonly aead: TlsAead },
    master: Uint8Array,
    randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
  ) {
    this.#aead = suite.aead;
    this.#keys = keyBlock(suite.hash, suite.aead, master, randoms)[dir];
  }

  open(record: Uint8Array): TlsOpening {
    const content = open12(this.#aead, this.#keys, this.#sequence++, record);
    if (content) return { state: 'opened', content };
    const shortest = RECORD_HEADER_LENGTH + explicitNonceLength(this.#aead) + TAG_LENGTH;
    const reason =
      record.length < shortest
        ? 'the record is too short to hold a nonce and a tag'
        : 'the tag does not fit: another secret, or the record was changed';
    return { state: 'wrong-key', reason };
  }
}
