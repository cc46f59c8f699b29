/**
 * Where the traffic secrets of a TLS 1.3 connection come from: lines of a key log, or a pre-shared key. The
 * pre-shared key is enough for early data, and it is enough for everything where the server took it without a
 * Diffie-Hellman exchange (RFC 8446 §7.1).
 */
import { misfitText } from '../secrets/secret-use.ts';
import type { SecretLookup } from '../secrets/secrets.ts';
import { HANDSHAKE_TYPE } from './names.ts';
import { type ProvedPsk, type Stage, isPskAlone, provedPsks, stageSecret } from './psk13.ts';
import { type HashName, expandLabel, hashLength } from './schedule.ts';
import type { TlsSuite } from './suites.ts';
import {
  type Transcript,
  type TranscriptMessage,
  finishedIn,
  isHashed13,
  transcriptHash,
} from './transcript.ts';

/** How Derive-Secret makes a secret (RFC 8446 §7.1). */
export interface Recipe {
  readonly stage: Stage;
  readonly label: string;
  /** The last message that goes in. */
  readonly through: 'client_hello' | 'server_hello' | 'server_finished';
}

/** By their names in a key log. */
export const RECIPES = {
  CLIENT_EARLY_TRAFFIC_SECRET: { stage: 'early', label: 'c e traffic', through: 'client_hello' },
  EARLY_EXPORTER_SECRET: { stage: 'early', label: 'e exp master', through: 'client_hello' },
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: { stage: 'handshake', label: 'c hs traffic', through: 'server_hello' },
  SERVER_HANDSHAKE_TRAFFIC_SECRET: { stage: 'handshake', label: 's hs traffic', through: 'server_hello' },
  CLIENT_TRAFFIC_SECRET_0: { stage: 'master', label: 'c ap traffic', through: 'server_finished' },
  SERVER_TRAFFIC_SECRET_0: { stage: 'master', label: 's ap traffic', through: 'server_finished' },
  EXPORTER_SECRET: { stage: 'master', label: 'exp master', through: 'server_finished' },
} as const satisfies Record<string, Recipe>;

export type SecretName = keyof typeof RECIPES;

/**
 * The hashes of the suites of TLS 1.3. Early data is sealed under the hash of an earlier session, which nothing
 * names.
 */
const HASH_NAMES: readonly HashName[] = ['sha256', 'sha384'];

export class TrafficSecrets {
  readonly #secrets: SecretLookup;
  readonly #transcript: Transcript;
  readonly #random: Uint8Array;
  /** By the hello that offers them: a retry brings another hello. */
  #proved: { readonly hellos: number; readonly psks: readonly ProvedPsk[] } | undefined;

  /** `random` is that of the client hello; the transcript may grow later. */
  constructor(secrets: SecretLookup, transcript: Transcript, random: Uint8Array) {
    this.#secrets = secrets;
    this.#transcript = transcript;
    this.#random = random;
  }

  /** A secret of the length that its hash gives it; `suite` is absent while the server has not chosen. */
  find(name: SecretName, suite?: Pick<TlsSuite, 'hash'>): Uint8Array | undefined {
    const hashes = RECIPES[name].stage === 'early' || !suite ? HASH_NAMES : [suite.hash];
    return this.#secrets.find(name, this.#random, hashes.map(hashLength)) ?? this.#derived(name);
  }

  /** What else there is to say when a secret is not at hand; the text continues a sentence. */
  whyNot(name: SecretName): string {
    const misfit = this.#secrets.misfit(name, this.#random);
    if (misfit) return `: ${misfitText(misfit)}`;
    const { client, server } = this.#transcript;
    if (!client?.extensions.identities?.length) return '';
    if (RECIPES[name].stage === 'early') return this.#keyOf('early') ? '' : NO_KEY;
    if (server?.selectedIdentity === undefined) return '';
    const known = this.#keyOf('handshake') !== undefined;
    if (!isPskAlone(server)) return known ? FORWARD_SECRET : '';
    return known ? ', and not all messages that go into it were seen' : NO_KEY;
  }

  /**
   * The key of the connection where one is at hand: for early data it is always the first one that the hello
   * offers.
   */
  #keyOf(stage: Stage): ProvedPsk | undefined {
    const { server } = this.#transcript;
    const index = stage === 'early' ? 0 : server?.selectedIdentity;
    const psk = this.#psks().find((one) => one.index === index);
    return stage !== 'early' && psk?.hash !== server?.suite.hash ? undefined : psk;
  }

  #psks(): readonly ProvedPsk[] {
    const { hellos } = this.#transcript;
    if (this.#proved?.hellos !== hellos.length) {
      this.#proved = { hellos: hellos.length, psks: provedPsks(hellos, this.#secrets) };
    }
    return this.#proved.psks;
  }

  #derived(name: SecretName): Uint8Array | undefined {
    const { stage, label, through } = RECIPES[name];
    const { server } = this.#transcript;
    if (stage !== 'early' && !(server && isPskAlone(server))) return undefined;
    const messages = messagesThrough(this.#transcript, through);
    const psk = messages && this.#keyOf(stage);
    if (!psk) return undefined;
    const context = transcriptHash(psk.hash, messages);
    return expandLabel(psk.hash, stageSecret(psk, stage), label, context, hashLength(psk.hash));
  }
}

const NO_KEY = ', and no shared key at hand fits the binder in the client hello';
const FORWARD_SECRET =
  '; the shared key at hand is the right one, as its binder shows, but a Diffie-Hellman exchange goes in too (psk_dhe_ke): nobody opens a recording of that with the shared key alone';

/** The messages that a secret is made from; `undefined` while the last of them was not seen. */
export function messagesThrough(
  transcript: Transcript,
  through: Recipe['through'],
): readonly TranscriptMessage[] | undefined {
  const messages = transcript.messages.filter(isHashed13);
  const last = {
    client_hello: () => transcript.hellos.length - 1,
    server_hello: () =>
      messages.findIndex(({ type, retry }) => type === HANDSHAKE_TYPE.serverHello && !retry),
    server_finished: () => finishedIn(messages, 's2c'),
  }[through]();
  return last < 0 ? undefined : messages.slice(0, last + 1);
}
