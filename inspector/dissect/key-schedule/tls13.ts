/** The key schedule of TLS 1.3 (RFC 8446 §7) as data, from the traffic secrets that a key log holds, or a pre-shared key gives. */
import { equalConstantTime } from '#protocol/bytes';
import type { Direction } from '../model.ts';
import { hashLength } from '../tls/schedule.ts';
import type { SecretName } from '../tls/traffic-secrets.ts';
import { finishedIn } from '../tls/transcript.ts';
import type { Hash } from './commands.ts';
import type { Derivation } from './derivation.ts';
import { type Lengths, lengthsOf } from './lengths.ts';
import { Steps, type Value, hmacOf } from './steps.ts';
import { MESSAGE_HEADER, SIDES, type TlsFacts, logged } from './tls-facts.ts';
import { PskSchedule } from './tls13-psk.ts';
import { type Hashes13, emptyHash, transcriptHashes } from './tls13-transcript.ts';

/** How many generations of keys are shown for one direction. */
export const MAX_GENERATIONS = 64;
const IV_LENGTH = 12;
const CHANNEL_BINDING_LENGTH = 32;

/** Every value that follows from the secrets at hand; without any, the transcript hashes of what crossed in the clear. */
export function tls13Schedule(facts: TlsFacts): Derivation[] {
  const lengths = lengthsOf(facts.server.suite.name);
  if (!lengths) return [];
  const schedule = new Schedule13(facts, lengths);
  schedule.early();
  schedule.handshake('s2c');
  schedule.handshake('c2s');
  schedule.application('s2c');
  schedule.application('c2s');
  schedule.exporter();
  schedule.resumption();
  return schedule.steps.derivations;
}

class Schedule13 {
  readonly steps = new Steps();
  readonly #facts: TlsFacts;
  readonly #lengths: Lengths;
  readonly #hash: Hash;
  readonly #hashes: Hashes13;
  readonly #psk: PskSchedule;

  constructor(facts: TlsFacts, lengths: Lengths) {
    this.#facts = facts;
    this.#lengths = lengths;
    this.#hash = facts.server.suite.hash;
    this.#hashes = transcriptHashes(this.steps, this.#hash, facts);
    this.#psk = new PskSchedule(this.steps, facts);
    this.#psk.binders();
  }

  early(): void {
    if (!this.#facts.client.earlyData) return;
    const hello = this.#psk.helloHash();
    const secret = this.#secret('CLIENT_EARLY_TRAFFIC_SECRET', hello);
    this.#psk.secret('EARLY_EXPORTER_SECRET', hello);
    if (secret) this.#trafficKeys('tls.c2s.early', 'client early', secret);
  }

  /** Key, iv and Finished of one direction of the handshake. */
  handshake(dir: Direction): void {
    const side = SIDES[dir];
    const secret = this.#secret(NAMES[dir].handshake, this.#hashes.serverHello);
    if (!secret) return;
    this.#trafficKeys(`tls.${dir}.handshake`, `${side} handshake`, secret);
    const key = this.steps.expandLabel(
      {
        id: `tls.${dir}.handshake.finished_key`,
        name: `${side} finished key`,
        note: `Used once, for the MAC in the ${side}’s Finished.`,
        source: 'RFC 8446 §4.4.4',
      },
      this.#hash,
      secret,
      { label: 'finished', length: hashLength(this.#hash) },
    );
    const covered = this.#hashes.covered[dir];
    if (covered) this.#verifyData(dir, key, covered);
  }

  /** Keys of each generation: every KeyUpdate begins another (§7.2). */
  application(dir: Direction): void {
    const side = SIDES[dir];
    let secret = this.#secret(NAMES[dir].application, this.#hashes.serverFinished);
    if (!secret) return;
    this.#trafficKeys(`tls.${dir}.application.0`, `${side} application`, secret);
    const generations = Math.min(this.#facts.transcript.updates[dir], MAX_GENERATIONS);
    for (let n = 1; n <= generations; n++) {
      const id = `tls.${dir}.application.${n}`;
      secret = this.steps.expandLabel(
        {
          id,
          name: `${side} application traffic secret ${n}`,
          note: `After KeyUpdate ${n} of the ${side}. Nobody can go back from it to the one before.`,
          source: 'RFC 8446 §7.2',
        },
        this.#hash,
        secret,
        { label: 'traffic upd', length: hashLength(this.#hash) },
      );
      this.#trafficKeys(id, `${side} application, generation ${n},`, secret);
    }
  }

  /**
   * What an application takes from the exporter depends on the label it asks with; this one is the same for all
   * of them.
   */
  exporter(): void {
    const exporter = this.#secret('EXPORTER_SECRET', this.#hashes.serverFinished);
    if (!exporter) return;
    const nothing = emptyHash(this.steps, this.#hash);
    const secret = this.steps.expandLabel(
      {
        id: 'tls.exporter.channel_binding.secret',
        name: 'exporter secret for channel binding',
        note: 'The exporter secret under the label that names its use.',
        source: 'RFC 8446 §7.5',
      },
      this.#hash,
      exporter,
      { label: 'EXPORTER-Channel-Binding', context: nothing, length: hashLength(this.#hash) },
    );
    this.steps.expandLabel(
      {
        id: 'tls.exporter.channel_binding',
        name: 'channel binding tls-exporter',
        note: 'A login inside the connection can cover it, and then it is worth nothing in any other connection.',
        source: 'RFC 9266 §2',
      },
      this.#hash,
      secret,
      { label: 'exporter', context: nothing, length: CHANNEL_BINDING_LENGTH },
    );
  }

  /** What the next connection may be built on; no key log holds it. */
  resumption(): void {
    this.#psk.resumption(this.#hashes.clientFinished);
  }

  /** As the pre-shared key gives it, otherwise as the key log has it. */
  #secret(name: SecretName, context: Value | undefined): Value | undefined {
    return this.#psk.secret(name, context) ?? logged(this.#facts, name, [hashLength(this.#hash)]);
  }

  #trafficKeys(id: string, name: string, secret: Value): void {
    const source = 'RFC 8446 §7.3';
    const note = `Seals the records under the ${name} secret.`;
    this.steps.expandLabel({ id: `${id}.key`, name: `${name} key`, note, source }, this.#hash, secret, {
      label: 'key',
      length: this.#lengths.key,
    });
    const ivNote = 'Record numbers are XORed into it, which makes a nonce for each record.';
    this.steps.expandLabel({ id: `${id}.iv`, name: `${name} iv`, note: ivNote, source }, this.#hash, secret, {
      label: 'iv',
      length: IV_LENGTH,
    });
  }

  #verifyData(dir: Direction, key: Value, covered: Value): void {
    const side = SIDES[dir];
    const { transcript } = this.#facts;
    const finished = transcript.messages[finishedIn(transcript.messages, dir)];
    const seen = finished?.bytes.subarray(MESSAGE_HEADER);
    const fits = seen && equalConstantTime(hmacOf(this.#hash, key.bytes, covered.bytes), seen);
    this.steps.hmac(
      {
        id: `tls.${dir}.verify_data`,
        name: `verify_data of the ${side}`,
        note: 'A MAC over the handshake so far: nobody has changed any of it on its way.',
        source: 'RFC 8446 §4.4.4',
        ...(fits === undefined ? {} : { check: { what: `verify_data in the ${side}’s Finished`, fits } }),
      },
      this.#hash,
      key,
      covered,
    );
  }
}

/** What a key log calls the secrets of each direction. */
const NAMES = {
  c2s: { handshake: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', application: 'CLIENT_TRAFFIC_SECRET_0' },
  s2c: { handshake: 'SERVER_HANDSHAKE_TRAFFIC_SECRET', application: 'SERVER_TRAFFIC_SECRET_0' },
} as const satisfies Record<Direction, Record<string, SecretName>>;
