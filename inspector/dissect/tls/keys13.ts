/** One direction of a TLS 1.3 connection: which key opens the next record (RFC 8446 §5, §7). */
import type { Direction } from '../model.ts';
import type { SecretLookup } from '../secrets.ts';
import { open13 } from './aead.ts';
import { type TrafficKeys, nextTrafficSecret, trafficKeys } from './schedule.ts';
import type { TlsAead, TlsSuite } from './suites.ts';

export type TlsOpening =
  | { readonly state: 'opened'; readonly content: Uint8Array }
  | { readonly state: 'no-key' | 'wrong-key'; readonly reason: string };

type Phase = 'early' | 'handshake' | 'application';

const LABELS: Record<Direction, Record<Phase, string>> = {
  c2s: {
    early: 'CLIENT_EARLY_TRAFFIC_SECRET',
    handshake: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
    application: 'CLIENT_TRAFFIC_SECRET_0',
  },
  s2c: {
    early: '',
    handshake: 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
    application: 'SERVER_TRAFFIC_SECRET_0',
  },
};

interface Epoch {
  readonly secret: Uint8Array;
  readonly keys: TrafficKeys;
  sequence: number;
}

export class Tls13Keys {
  readonly #suite: TlsSuite;
  readonly #aead: TlsAead;
  readonly #epochs: Partial<Record<Phase, Epoch>> = {};
  readonly #labels: Record<Phase, string>;
  /** Phases that the next record may belong to, the likeliest first. */
  #phases: readonly Phase[];
  #opened = 0;

  constructor(
    dir: Direction,
    suite: TlsSuite & { readonly aead: TlsAead },
    random: Uint8Array,
    { secrets, earlyData }: { readonly secrets: SecretLookup; readonly earlyData: boolean },
  ) {
    this.#suite = suite;
    this.#aead = suite.aead;
    const labels = LABELS[dir];
    this.#labels = labels;
    for (const phase of ['early', 'handshake', 'application'] as const) {
      const secret = phase === 'early' && !earlyData ? undefined : secrets.find(labels[phase], random);
      if (secret) this.#epochs[phase] = this.#epoch(secret);
    }
    // Whoever misses a secret cannot see the Finished that ends the handshake, so the next phase is tried as well.
    const early = dir === 'c2s' && earlyData;
    this.#phases = early ? ['handshake', 'early', 'application'] : ['handshake', 'application'];
  }

  /** Content of a sealed record, with its inner type and padding, when one of the keys at hand opens it. */
  open(record: Uint8Array): TlsOpening {
    const held = this.#phases.filter((phase) => this.#epochs[phase]);
    for (const phase of held) {
      const epoch = this.#epochs[phase] as Epoch;
      const content = open13(this.#aead, epoch.keys, epoch.sequence, record);
      if (!content) continue;
      epoch.sequence++;
      this.#opened++;
      if (phase === 'application') this.#phases = ['application'];
      return { state: 'opened', content };
    }
    return this.#closed(held);
  }

  /** Finished was sent in this direction: what follows is under the application secret. */
  finished(): void {
    this.#phases = ['application'];
  }

  /** A KeyUpdate was sent in this direction (§4.6.3). */
  update(): void {
    const epoch = this.#epochs.application;
    if (epoch) this.#epochs.application = this.#epoch(nextTrafficSecret(this.#suite.hash, epoch.secret));
  }

  #closed(held: readonly Phase[]): TlsOpening {
    const [phase] = held;
    const wanted = this.#phases[0] as Phase;
    // With the first secret missing nobody can tell whether this record belongs to it.
    if (phase !== wanted) {
      return { state: 'no-key', reason: `no ${this.#labels[wanted]} for this connection is at hand` };
    }
    if (this.#phases.includes('early') && this.#opened === 0) {
      return { state: 'no-key', reason: 'early data, and no secret at hand opens it' };
    }
    // The receiver would have counted it, if it had been whole.
    (this.#epochs[phase] as Epoch).sequence++;
    return { state: 'wrong-key', reason: 'the tag does not fit: another secret, or the record was changed' };
  }

  #epoch(secret: Uint8Array): Epoch {
    return { secret, keys: trafficKeys(this.#suite.hash, this.#aead, secret), sequence: 0 };
  }
}
