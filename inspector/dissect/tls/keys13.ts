/** One direction of a TLS 1.3 connection: which key opens the next record (RFC 8446 §5, §7). */
import type { RecordCiphers } from '../crypto/record-ciphers.ts';
import type { Direction } from '../model.ts';
import { type Keys, type TlsOpening, lacking, opened, shut } from './opening.ts';
import { aead13 } from './protection/aead13.ts';
import { type Opener, FirstThatOpens, RecordSequence } from './protection/sequence.ts';
import { hashLength, nextTrafficSecret, trafficKeys } from './schedule.ts';
import { type TlsSuite, suites13 } from './suites.ts';
import type { SecretName, TrafficSecrets } from './traffic-secrets.ts';

type Phase = 'early' | 'handshake' | 'application';

/** A server sends no early data. */
const LABELS: Record<
  Direction,
  Record<Exclude<Phase, 'early'>, SecretName> & { readonly early?: SecretName }
> = {
  c2s: {
    early: 'CLIENT_EARLY_TRAFFIC_SECRET',
    handshake: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
    application: 'CLIENT_TRAFFIC_SECRET_0',
  },
  s2c: {
    handshake: 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
    application: 'SERVER_TRAFFIC_SECRET_0',
  },
};
const ORDER: readonly Phase[] = ['early', 'handshake', 'application'];
/** KeyUpdates that a gap may have swallowed. */
const MAX_UPDATES_MISSED = 2;

interface Epoch {
  readonly secret: Uint8Array;
  readonly opener: Opener;
}

export interface Tls13Session {
  readonly secrets: TrafficSecrets;
  readonly ciphers: RecordCiphers;
  /** The client offered early data. */
  readonly earlyData: boolean;
}

export class Tls13Keys implements Keys {
  readonly #session: Tls13Session;
  readonly #labels: (typeof LABELS)[Direction];
  readonly #epochs = new Map<Phase, Epoch>();
  /**
   * Phases that the next record may belong to. Without a phase's secret, the message that ends the phase cannot
   * be seen.
   */
  #phases: readonly Phase[];
  /** The one that opened the last record. */
  #current: Opener | undefined;
  #suite: TlsSuite | undefined;

  /** Before the server has answered, what a client seals is early data. */
  constructor(dir: Direction, session: Tls13Session) {
    this.#session = session;
    this.#labels = LABELS[dir];
    this.#phases = dir === 'c2s' && session.earlyData ? ORDER : ORDER.slice(1);
    const early = this.#phases.includes('early') && this.#secret('early');
    if (early) this.#epochs.set('early', { secret: early, opener: earlyOpener(session.ciphers, early) });
  }

  get parts(): Opener['parts'] | undefined {
    return (this.#current ?? this.#epochs.values().next().value?.opener)?.parts;
  }

  /** The server has chosen. */
  choose(suite: TlsSuite): void {
    this.#suite = suite;
    this.learn();
  }

  /** More of the handshake was seen, so secrets may follow that could not be derived before. */
  learn(): void {
    for (const phase of ['handshake', 'application'] as const) {
      if (this.#epochs.has(phase)) continue;
      const secret = this.#secret(phase);
      const epoch = secret && this.#epoch(secret);
      if (epoch) this.#epochs.set(phase, epoch);
    }
  }

  /** Content of a sealed record, with its inner type and padding, when one of the keys at hand opens it. */
  open(record: Uint8Array): TlsOpening {
    for (const [i, phase] of this.#phases.entries()) {
      const opener = this.#epochs.get(phase)?.opener;
      const content = opener?.open(record);
      if (!opener || !content) continue;
      this.#phases = this.#phases.slice(i);
      this.#current = opener;
      return opened(content);
    }
    return this.#openUpdated(record) ?? this.#closed();
  }

  gap(bytes: number): void {
    for (const { opener } of this.#epochs.values()) opener.gap(bytes);
  }

  /** EndOfEarlyData was sent: what follows is under the handshake secret (RFC 8446 §4.5). */
  endOfEarlyData(): void {
    this.#phases = this.#phases.filter((phase) => phase !== 'early');
  }

  /** Finished was sent in this direction: what follows is under the application secret. */
  finished(): void {
    this.#phases = ['application'];
  }

  /** A KeyUpdate was sent in this direction (RFC 8446 §4.6.3). */
  update(): void {
    const next = this.#next(this.#epochs.get('application'));
    if (next) this.#epochs.set('application', next);
  }

  /** After a gap the key may be a later one: a KeyUpdate may be among what is missing. */
  #openUpdated(record: Uint8Array): TlsOpening | undefined {
    let epoch = this.#epochs.get('application');
    if (!epoch?.opener.lost) return undefined;
    for (let i = 0; i < MAX_UPDATES_MISSED; i++) {
      epoch = this.#next(epoch);
      epoch?.opener.gap(record.length);
      const content = epoch?.opener.open(record);
      if (!epoch || !content) continue;
      this.#epochs.set('application', epoch);
      this.#phases = ['application'];
      this.#current = epoch.opener;
      return opened(content);
    }
    return undefined;
  }

  #closed(): TlsOpening {
    const [phase] = this.#phases as [Phase];
    const label = this.#labels[phase];
    const opener = this.#epochs.get(phase)?.opener;
    // With the first secret missing nobody can tell whether this record belongs to it.
    if (!opener || !label) return { state: 'no-key', reason: this.#whyNone(label) };
    const reason = shut(opener, label);
    opener.skip();
    return { state: 'wrong-key', reason };
  }

  #whyNone(label: SecretName | undefined): string {
    const why = label ? this.#session.secrets.whyNot(label) : '';
    return lacking(`${label} for this connection`, why);
  }

  #secret(phase: Phase): Uint8Array | undefined {
    const label = this.#labels[phase];
    return label && this.#session.secrets.find(label, this.#suite);
  }

  #next(epoch: Epoch | undefined): Epoch | undefined {
    return epoch && this.#suite && this.#epoch(nextTrafficSecret(this.#suite.hash, epoch.secret));
  }

  #epoch(secret: Uint8Array): Epoch | undefined {
    const opener = this.#suite && openerOf(this.#session.ciphers, this.#suite, secret);
    return opener && { secret, opener };
  }
}

function openerOf(
  ciphers: RecordCiphers,
  { aead, hash }: TlsSuite,
  secret: Uint8Array,
): RecordSequence | undefined {
  return aead && new RecordSequence(aead13(ciphers, aead, trafficKeys(hash, aead, secret)));
}

/**
 * Early data is sealed with the suite of the session that it continues, which nothing in this connection names.
 * The secret's length tells the hash, and the tag of the first record the rest.
 */
function earlyOpener(ciphers: RecordCiphers, secret: Uint8Array): Opener {
  const hash = secret.length === hashLength('sha384') ? 'sha384' : 'sha256';
  const openers = suites13(hash).flatMap((suite) => openerOf(ciphers, suite, secret) ?? []);
  return new FirstThatOpens(openers as [RecordSequence, ...RecordSequence[]]);
}
