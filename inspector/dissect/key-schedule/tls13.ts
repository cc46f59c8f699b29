/** The key schedule of TLS 1.3 (RFC 8446 §7) as data, from the traffic secrets that a key log holds. */
import { EMPTY, equalConstantTime } from '#wire/bytes';
import type { Direction } from '../model.ts';
import { hashLength } from '../tls/schedule.ts';
import { HANDSHAKE_TYPE } from '../tls/names.ts';
import { type TranscriptMessage, finishedIn } from '../tls/transcript.ts';
import type { Hash } from './commands.ts';
import type { Derivation } from './derivation.ts';
import { type Lengths, lengthsOf } from './lengths.ts';
import { Steps, type Value, hmacOf } from './steps.ts';
import { MESSAGE_HEADER, SIDES, type TlsFacts, logged, messageValue } from './tls-facts.ts';

/** Generations of keys that are shown of one direction. */
const MAX_GENERATIONS = 64;
const IV_LENGTH = 12;
/** The handshake type that no message on the wire has, §4. */
const MESSAGE_HASH = 254;
const CHANNEL_BINDING_LENGTH = 32;

/** Every value that follows from the secrets at hand; without any, the transcript hashes of what crossed in the clear. */
export function tls13Schedule(facts: TlsFacts): Derivation[] {
  const lengths = lengthsOf(facts.server.suite.name);
  if (!lengths) return [];
  const schedule = new Schedule13(facts, lengths);
  schedule.early();
  const hashes = schedule.transcriptHashes();
  schedule.handshake('s2c', hashes.server);
  schedule.handshake('c2s', hashes.client);
  schedule.application('s2c');
  schedule.application('c2s');
  schedule.exporter();
  return schedule.steps.derivations;
}

interface FinishedHashes {
  readonly server?: Value;
  readonly client?: Value;
}

class Schedule13 {
  readonly steps = new Steps();
  readonly #facts: TlsFacts;
  readonly #lengths: Lengths;
  readonly #hash: Hash;

  constructor(facts: TlsFacts, lengths: Lengths) {
    this.#facts = facts;
    this.#lengths = lengths;
    this.#hash = facts.server.suite.hash;
  }

  early(): void {
    if (!this.#facts.client.earlyData) return;
    const secret = logged(this.#facts, 'CLIENT_EARLY_TRAFFIC_SECRET');
    if (secret) this.#trafficKeys('tls.c2s.early', 'client early', secret);
  }

  /** Key, iv and Finished of one direction of the handshake. `covered` is the hash that its Finished is made over. */
  handshake(dir: Direction, covered: Value | undefined): void {
    const side = SIDES[dir];
    const secret = logged(this.#facts, `${side.toUpperCase()}_HANDSHAKE_TRAFFIC_SECRET`);
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
    if (covered) this.#verifyData(dir, key, covered);
  }

  /** Keys of each generation: every KeyUpdate begins another (§7.2). */
  application(dir: Direction): void {
    const side = SIDES[dir];
    let secret = logged(this.#facts, `${side.toUpperCase()}_TRAFFIC_SECRET_0`);
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

  /** What an application takes from the exporter depends on the label it asks with; this one is for everybody. */
  exporter(): void {
    const exporter = logged(this.#facts, 'EXPORTER_SECRET');
    if (!exporter) return;
    const nothing = this.steps.hash(
      {
        id: 'tls.exporter.empty',
        name: 'hash of nothing',
        note: 'The exporter hashes its context; here there is none.',
        source: 'RFC 8446 §7.5',
      },
      this.#hash,
      [{ name: 'nothing', bytes: EMPTY }],
    );
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

  /** The hashes that go into secrets and Finished, as far as the messages are at hand (§4.4.1). */
  transcriptHashes(): FinishedHashes {
    const { transcript } = this.#facts;
    const messages = transcript.messages.filter(isHashed);
    const values = this.#afterRetry(messages);
    const hashThrough = (end: number, id: string, name: string, note: string): Value =>
      this.steps.hash({ id, name, note, source: 'RFC 8446 §4.4.1' }, this.#hash, values(end));
    const hello = messages.findIndex(({ type, retry }) => type === HANDSHAKE_TYPE.serverHello && !retry);
    if (hello < 0) return {};
    hashThrough(hello + 1, 'tls.transcript.hellos', 'hash of the hellos', HELLOS_NOTE);
    const [server, client] = [finishedIn(messages, 's2c'), finishedIn(messages, 'c2s')];
    if (server < 0) return {};
    const verified = hashThrough(
      server,
      'tls.transcript.before_server_finished',
      'hash up to the server’s Finished',
      'What the server’s Finished covers.',
    );
    const finished = hashThrough(
      server + 1,
      'tls.transcript.server_finished',
      'hash with the server’s Finished',
      'It goes into the application secrets and the exporter secret.',
    );
    if (client < server) return { server: verified };
    if (client === server + 1) return { server: verified, client: finished };
    const certified = hashThrough(
      client,
      'tls.transcript.before_client_finished',
      'hash up to the client’s Finished',
      'What the client’s Finished covers: the client has said more than its Finished.',
    );
    return { server: verified, client: certified };
  }

  /** The first so many messages as they are hashed: a HelloRetryRequest stands behind the hash of the first hello. */
  #afterRetry(messages: readonly TranscriptMessage[]): (end: number) => Value[] {
    const [first, second] = messages;
    if (!first || !second?.retry) return (end) => messages.slice(0, end).map(messageValue);
    const digest = this.steps.hash(
      {
        id: 'tls.transcript.first_hello',
        name: 'hash of the first client hello',
        note: 'After a HelloRetryRequest it stands in for the first hello, so that a server need not remember it.',
        source: 'RFC 8446 §4.4.1',
      },
      this.#hash,
      [messageValue(first)],
    );
    const header = {
      name: 'message_hash header',
      bytes: Uint8Array.of(MESSAGE_HASH, 0, 0, hashLength(this.#hash)),
    };
    return (end) => [header, digest, ...messages.slice(1, end).map(messageValue)];
  }

  #trafficKeys(id: string, name: string, secret: Value): void {
    const source = 'RFC 8446 §7.3';
    const note = `Seals the records under the ${name} secret.`;
    this.steps.expandLabel({ id: `${id}.key`, name: `${name} key`, note, source }, this.#hash, secret, {
      label: 'key',
      length: this.#lengths.key,
    });
    const ivNote = 'Record numbers are laid over it, which makes a nonce for each record.';
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

const HELLOS_NOTE =
  'It goes into the handshake secrets, so a change of either hello on its way gives the two sides different keys.';

/** Messages behind the handshake are in no hash that is shown here, and tickets may come before it is over. */
function isHashed({ type }: TranscriptMessage): boolean {
  return type !== HANDSHAKE_TYPE.newSessionTicket && type !== HANDSHAKE_TYPE.keyUpdate;
}
