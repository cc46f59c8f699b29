/** One direction of a TLS 1.2 connection from its ChangeCipherSpec on (RFC 5246 §6). */
import type { RecordCiphers } from '../crypto/record-ciphers.ts';
import type { Direction } from '../model.ts';
import type { Candidate } from './master12.ts';
import { type Keys, type TlsOpening, opened, shut } from './opening.ts';
import { aead12, aead12Parts } from './protection/aead12.ts';
import { cbc12, cbcParts } from './protection/cbc12.ts';
import {
  type Protection,
  RECORD_HEADER_LENGTH,
  type SealedParts,
  UNKNOWN_PARTS,
} from './protection/protection.ts';
import { stream12, streamParts } from './protection/stream12.ts';
import { FirstThatOpens, type Opener, RecordSequence } from './protection/sequence.ts';
import { type PrfHash, type Randoms, type RecordKeys, keyBlock, keyBlockShape } from './schedule.ts';
import type { TlsSuite } from './suites.ts';

/** What both sides agreed on. */
export interface Agreement {
  readonly suite: TlsSuite;
  readonly hash: PrfHash;
  readonly randoms: Randoms;
  readonly encryptThenMac: boolean;
  /** TLS 1.0: no record carries its iv. */
  readonly impliedIv: boolean;
}

export class Tls12Keys implements Keys {
  readonly #opener: Opener;
  readonly #name: string;

  private constructor(opener: Opener, name: string) {
    this.#opener = opener;
    this.#name = name;
  }

  /** `undefined` when there is no candidate, or the suite is not opened here. */
  static from(
    ciphers: RecordCiphers,
    dir: Direction,
    agreement: Agreement,
    candidates: readonly Candidate[],
  ): Tls12Keys | undefined {
    const { suite, hash, randoms } = agreement;
    const shape = keyBlockShape(suite, agreement);
    const [first, ...others] = candidates.flatMap(({ master }) => {
      const keys = keyBlock(hash, shape, master, randoms)[dir];
      const protection = protectionOf(ciphers, agreement, keys);
      return protection ? [new RecordSequence(protection)] : [];
    });
    const name = candidates[0]?.name ?? '';
    return first && new Tls12Keys(new FirstThatOpens([first, ...others]), name);
  }

  get parts(): Opener['parts'] {
    return this.#opener.parts;
  }

  open(record: Uint8Array): TlsOpening {
    const content = this.#opener.open(record);
    if (content) return opened(content);
    const reason = shut(this.#opener, this.#name);
    this.#opener.skip();
    return { state: 'wrong-key', reason };
  }

  gap(bytes: number): void {
    this.#opener.gap(bytes);
  }
}

/**
 * One direction of a NULL suite: anybody can read its content, and a secret only tells whether it was changed.
 */
export class ClearKeys implements Keys {
  readonly parts: SealedParts;
  readonly #keys: Keys | undefined;

  constructor(agreement: Agreement, keys: Keys | undefined) {
    this.parts = parts12(agreement);
    this.#keys = keys;
  }

  open(record: Uint8Array): TlsOpening {
    const opening = this.#keys?.open(record);
    if (opening?.state === 'opened') return { state: 'clear', content: opening.content, reason: '' };
    const end = record.length - this.parts.tag;
    if (end < RECORD_HEADER_LENGTH)
      return { state: 'wrong-key', reason: 'it is too short for the MAC of its suite' };
    const reason = opening && 'reason' in opening ? opening.reason : '';
    return { state: 'clear', content: record.subarray(RECORD_HEADER_LENGTH, end), reason };
  }

  gap(bytes: number): void {
    this.#keys?.gap(bytes);
  }
}

/** Where the parts of a record are: this is known without any key. */
export function parts12({ suite, ...options }: Agreement): SealedParts {
  if (suite.aead) return aead12Parts(suite.aead);
  const { mac } = keyBlockShape(suite);
  if (suite.stream) return streamParts(mac, suite.stream);
  return suite.cbc ? cbcParts(mac, suite.cbc, options) : UNKNOWN_PARTS;
}

function protectionOf(
  ciphers: RecordCiphers,
  { suite: { aead, cbc, stream }, ...options }: Agreement,
  keys: RecordKeys,
): Protection | undefined {
  if (aead) return aead12(ciphers, aead, keys);
  if (stream) return stream12(ciphers, stream, keys);
  return cbc && cbc12(ciphers, cbc, keys, options);
}
