/**
 * What an onlooker who holds a key log or the shared key can know about one psk session: its hellos, and the
 * keys that follow from them.
 */
import { equalConstantTime, toHex } from '#protocol/bytes';
import { ERRORS } from '#protocol/errors';
import { isMisfit, parseLayout } from '#protocol/layout';
import { PSK_KEY_LOG_LABEL } from '#channel/psk/handshake';
import { tagLength } from '#channel/psk/bodies';
import { RecordCipher } from '#channel/psk/record-cipher';
import { recordSequence } from '#channel/psk/record-layer';
import {
  CLIENT_HELLO_LAYOUT,
  RECORD_HEADER_LENGTH,
  type RecordTypeName,
  SERVER_HELLO_LAYOUT,
} from '#channel/psk/records';
import {
  PRK_LENGTH,
  type SessionKeys,
  confirmation,
  deriveSessionKeys,
  extractSecret,
  transcriptOf,
} from '#channel/psk/schedule';
import { type Suite, provenBy, suiteById, suiteTitle } from '#channel/psk/suites';
import type { RecordCiphers } from '../crypto/record-ciphers.ts';
import type { Direction } from '../model.ts';
import { misfitText } from '../secrets/secret-use.ts';
import type { SecretLookup } from '../secrets/secrets.ts';

export type Opening =
  | { readonly state: 'opened'; readonly plain: Uint8Array }
  | { readonly state: 'no-key' | 'wrong-key' | 'malformed'; readonly reason: string };

interface Keyed {
  readonly suite: Suite;
  readonly ciphers: Record<Direction, RecordCipher>;
  /** True when the server's confirmation proves that the secret is this session's. */
  readonly fits: boolean;
}

interface ClientHello {
  readonly record: Uint8Array;
  readonly nonce: Uint8Array;
  readonly keyId: Uint8Array;
}

/**
 * Both hello records without the confirmation, and the confirmation, which only the session's own secret makes.
 */
interface Proof {
  readonly hellos: Uint8Array;
  readonly confirm: Uint8Array;
}

export class PskSession {
  readonly #secrets: SecretLookup;
  readonly #ciphers: RecordCiphers;
  readonly #sequences = { c2s: 0, s2c: 0 };
  readonly #missing = { c2s: false, s2c: false };
  #clientHello: ClientHello | undefined;
  #suite: Suite | undefined;
  #answered = false;
  #keyed: Keyed | undefined;
  #noKey = 'the handshake of this connection was not seen, and without its nonces no key can be found';

  constructor(secrets: SecretLookup, ciphers: RecordCiphers) {
    this.#secrets = secrets;
    this.#ciphers = ciphers;
  }

  get description(): string {
    return this.#suite ? `psk, ${suiteTitle(this.#suite)}` : '';
  }

  /** The suite that the server chose, if it is known here. */
  get suite(): Suite | undefined {
    return this.#suite;
  }

  /**
   * Takes in a well-formed handshake record. Returns the reason when it has no place here, otherwise an empty
   * text.
   */
  handshake(dir: Direction, type: RecordTypeName, record: Uint8Array): string {
    if (type === 'alert') return '';
    const fromClient = type !== 'serverHello';
    const again = type === 'clientHello' ? this.#clientHello : type === 'serverHello' && this.#answered;
    if (fromClient !== (dir === 'c2s') || again) return ERRORS.unexpected_record.meaning;
    if (type === 'clientHello') this.#onClientHello(record);
    if (type === 'serverHello') this.#onServerHello(record);
    return '';
  }

  /** Content of a sealed record that fits. Without a tag, only the server's confirmation shows that the key is right. */
  open(dir: Direction, record: Uint8Array): Opening {
    const expected = this.#sequences[dir]++;
    if (!this.#keyed) return { state: 'no-key', reason: this.#noKey };
    const { suite, ciphers, fits } = this.#keyed;
    const sequence = recordSequence(record);
    const provable = fits || tagLength(suite.body) > 0;
    const plain = provable ? ciphers[dir].open(record, sequence) : undefined;
    if (!plain) return { state: 'wrong-key', reason: whyClosed(this.#keyed) };
    if (!suite.numbered) return { state: 'opened', plain };
    if (sequence !== expected) this.#sequences[dir] = Math.max(expected, sequence + 1);
    const inPlace = sequence === expected || (this.#missing[dir] && sequence > expected);
    this.#missing[dir] = false;
    return inPlace ? { state: 'opened', plain } : outOfPlace(sequence, expected);
  }

  /** Records of this direction are missing: the next number may be any that is higher. */
  gap(dir: Direction): void {
    this.#missing[dir] = true;
  }

  #onClientHello(record: Uint8Array): void {
    const hello = parseLayout(CLIENT_HELLO_LAYOUT, record, RECORD_HEADER_LENGTH);
    if (isMisfit(hello)) return;
    this.#clientHello = { record, nonce: hello.values.client_nonce, keyId: hello.values.key_id };
    this.#noKey = 'the server’s hello was not seen yet';
    this.#secrets.heard(hello.values.client_nonce);
  }

  #onServerHello(record: Uint8Array): void {
    const hello = parseLayout(SERVER_HELLO_LAYOUT, record, RECORD_HEADER_LENGTH);
    if (isMisfit(hello)) return;
    this.#answered = true;
    this.#suite = suiteById(hello.values.suite);
    if (!this.#clientHello) return;
    const { record: clientRecord, nonce } = this.#clientHello;
    if (!this.#suite) this.#noKey = `suite ${hello.values.suite} is not known here`;
    if (!this.#suite) return;
    const hellos = transcriptOf(clientRecord, record);
    this.#keyed = this.#firstThatFits(this.#suite, this.#clientHello, hello.values.server_nonce, {
      hellos,
      confirm: hello.values.server_confirm,
    });
    const misfit = this.#secrets.misfit(PSK_KEY_LOG_LABEL, nonce);
    this.#noKey = `no secret for the client nonce ${toHex(nonce.subarray(0, 4))}… is at hand`;
    if (misfit) this.#noKey += `: ${misfitText(misfit)}`;
  }

  /**
   * The keys, from the line of a key log or from a shared key. The server's confirmation tells which secret is
   * right.
   */
  #firstThatFits(
    suite: Suite,
    { nonce, keyId }: ClientHello,
    serverNonce: Uint8Array,
    proof: Proof,
  ): Keyed | undefined {
    const keyedBy = (prk: Uint8Array): Keyed =>
      keyed(this.#ciphers, suite, deriveSessionKeys(prk, proof.hellos, suite), proof);
    const logged = this.#secrets.find(PSK_KEY_LOG_LABEL, nonce, [PRK_LENGTH]);
    let keys = logged && keyedBy(logged);
    if (keys?.fits) return keys;
    for (const shared of this.#secrets.sharedKeys(keyId)) {
      const derived = keyedBy(extractSecret(suite, shared, nonce, serverNonce));
      if (derived.fits) return derived;
      keys ??= derived;
    }
    return keys;
  }
}

function keyed(ciphers: RecordCiphers, suite: Suite, keys: SessionKeys, { hellos, confirm }: Proof): Keyed {
  return {
    suite,
    ciphers: {
      c2s: new RecordCipher(suite, ciphers.psk, keys.c2s),
      s2c: new RecordCipher(suite, ciphers.psk, keys.s2c),
    },
    fits: equalConstantTime(confirmation(keys.serverConfirmKey, hellos), confirm),
  };
}

const MISFITS = { 'a tag': 'the tag', padding: 'the padding', 'a length': 'the length' } as const;

function whyClosed({ suite, fits }: Keyed): string {
  return fits
    ? `${MISFITS[provenBy(suite)]} does not fit although the secret is this session’s: the record was changed on its way`
    : 'the secret at hand is not the one of this session';
}

function outOfPlace(sequence: number, expected: number): Opening {
  const { meaning } = sequence < expected ? ERRORS.record_replayed : ERRORS.record_out_of_order;
  return { state: 'malformed', reason: `${meaning} (number ${sequence}, expected ${expected})` };
}
