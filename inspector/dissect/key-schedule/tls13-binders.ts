/**
 * The binders of a TLS 1.3 client hello (RFC 8446 §4.2.11.2): MACs by which the client proves that it holds the
 * pre-shared keys it offers.
 */
import { EMPTY, equalConstantTime } from '#protocol/bytes';
import { BINDER_LABELS, type ProvedPsk, truncated } from '../tls/psk13.ts';
import { hashLength } from '../tls/schedule.ts';
import type { TranscriptMessage } from '../tls/transcript.ts';
import type { Hash } from './commands.ts';
import { type Steps, type Value, hmacOf } from './steps.ts';
import { type TlsFacts, messageValue, wire } from './tls-facts.ts';
import { FIRST_HELLO, emptyHash, firstHello } from './tls13-transcript.ts';

interface Bound {
  readonly key: Value;
  readonly hellos: readonly TranscriptMessage[];
  /** Goes into the ids. */
  readonly id: string;
}

export class Binders {
  readonly #steps: Steps;
  readonly #facts: TlsFacts;

  constructor(steps: Steps, facts: TlsFacts) {
    this.#steps = steps;
    this.#facts = facts;
  }

  /** The binders of one key, by its early secret: in the last hello, and in the one before a retry. */
  add(psk: ProvedPsk, early: Value): void {
    const { hellos } = this.#facts.transcript;
    const key = this.#binderKey(psk, early);
    const identity = hellos.at(-1)?.clientHello?.extensions.identities?.[psk.index] ?? EMPTY;
    if (hellos.length > 1) this.#binder(psk, identity, { key, hellos: hellos.slice(0, 1), id: '.first' });
    this.#binder(psk, identity, { key, hellos, id: '' });
  }

  #binderKey({ index, hash, kind }: ProvedPsk, early: Value): Value {
    const length = hashLength(hash);
    const nothing = emptyHash(this.#steps, hash);
    const base = this.#steps.expandLabel(
      {
        id: `tls.psk.${index}.binder_key`,
        name: `binder key of pre-shared key ${index}`,
        note:
          kind === 'external'
            ? 'The label says that the key was agreed on outside of TLS.'
            : 'The label says that the key comes from an earlier session.',
        source: 'RFC 8446 §7.1',
      },
      hash,
      early,
      { label: BINDER_LABELS[kind], context: nothing, length },
    );
    return this.#steps.expandLabel(
      {
        id: `tls.psk.${index}.finished_key`,
        name: `finished key of pre-shared key ${index}`,
        note: 'Key of the MAC in the binder, which is made as a Finished is.',
        source: 'RFC 8446 §4.2.11.2',
      },
      hash,
      base,
      { label: 'finished', length },
    );
  }

  #binder({ index, hash }: ProvedPsk, identity: Uint8Array, { key, hellos, id }: Bound): void {
    const covered = truncated(hellos);
    const offer = hellos.at(-1)?.clientHello?.extensions;
    // After a retry the client may offer fewer keys, so a key's place need not be the same.
    const place = offer?.identities?.findIndex((one) => equalConstantTime(one, identity)) ?? -1;
    const seen = offer?.binders?.[place];
    if (!covered || !seen) return;
    const which = id === '' ? 'the client hello' : 'the first client hello';
    const context = this.#steps.hash(
      {
        id: `tls.psk.${index}${id}.covered`,
        name: `hash up to the binders of ${which}`,
        note: 'What the binder covers: the hello without the list of binders at its end, and what was said before it.',
        source: 'RFC 8446 §4.2.11.2',
      },
      hash,
      this.#coveredValues(index, hash, covered),
    );
    const fits = equalConstantTime(hmacOf(hash, key.bytes, context.bytes), seen);
    this.#steps.hmac(
      {
        id: `tls.psk.${index}${id}.binder`,
        name: `binder of pre-shared key ${index}`,
        note: 'Proof that the client holds the key, and that this hello is its own.',
        source: 'RFC 8446 §4.2.11.2',
        check: { what: `binder ${place} in ${which}`, fits },
      },
      hash,
      key,
      context,
    );
  }

  #coveredValues(index: number, hash: Hash, covered: readonly TranscriptMessage[]): Value[] {
    const [first, ...others] = covered as [TranscriptMessage, ...TranscriptMessage[]];
    const cut = (message: TranscriptMessage): Value =>
      message === covered.at(-1)
        ? wire('client_hello without binders', message.bytes)
        : messageValue(message);
    if (others.length === 0) return [cut(first)];
    const own = hash === this.#facts.server.suite.hash ? FIRST_HELLO : `tls.psk.${index}.first_hello`;
    return [...firstHello(this.#steps, hash, own, first), ...others.map(cut)];
  }
}
