/** One direction of a TLS 1.2 connection from its ChangeCipherSpec on (RFC 5246 §6). */
import type { RecordCiphers } from '../crypto/record-ciphers.ts';
import type { Direction } from '../model.ts';
import type { Candidate } from './master12.ts';
import { type Keys, type TlsOpening, opened, shut } from './opening.ts';
import { aead12, aead12Parts } from './protection/aead12.ts';
import { cbc12, cbcParts } from './protection/cbc12.ts';
import { type Protection, type SealedParts, UNKNOWN_PARTS } from './protection/protection.ts';
import { FirstThatOpens, type Opener, RecordSequence } from './protection/sequence.ts';
import { type PrfHash, type Randoms, type RecordKeys, keyBlock, keyBlockShape } from './schedule.ts';
import type { TlsSuite } from './suites.ts';

/** What both sides agreed on. */
export interface Agreement {
  readonly suite: TlsSuite;
  readonly hash: PrfHash;
  readonly randoms: Randoms;
  readonly encryptThenMac: boolean;
  /** TLS 1.0: no record brings its iv along. */
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

/** Where the parts of a record stand: known without any key. */
export function parts12({ suite, ...options }: Agreement): SealedParts {
  if (suite.aead) return aead12Parts(suite.aead);
  return suite.cbc ? cbcParts(keyBlockShape(suite).mac, options) : UNKNOWN_PARTS;
}

function protectionOf(
  ciphers: RecordCiphers,
  { suite: { aead, cbc }, ...options }: Agreement,
  keys: RecordKeys,
): Protection | undefined {
  if (aead) return aead12(ciphers, aead, keys);
  return cbc && cbc12(ciphers, cbc, keys, options);
}
