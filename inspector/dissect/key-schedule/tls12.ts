/** The key schedule of TLS 1.2 (RFC 5246 §5, §6.3, §8.1) as data, from the premaster or the master secret at hand. */
import { concat, equalConstantTime } from '#protocol/bytes';
import type { Direction } from '../model.ts';
import { HANDSHAKE_TYPE } from '../tls/names.ts';
import { prf } from '../tls/schedule.ts';
import { type TranscriptMessage, finishedIn } from '../tls/transcript.ts';
import { type Hash, prfCommand, sliceCommand } from './commands.ts';
import type { Derivation } from './derivation.ts';
import { type Lengths, lengthsOf } from './lengths.ts';
import { type Made, type Step, Steps, type Value, hashOf } from './steps.ts';
import { MESSAGE_HEADER, SIDES, type TlsFacts, logged, messageValue, wire } from './tls-facts.ts';

const MASTER_LENGTH = 48;
const VERIFY_LENGTH = 12;

/** Every value that follows from the secrets at hand; without any, the transcript hashes of what crossed in the clear. */
export function tls12Schedule(facts: TlsFacts): Derivation[] {
  const lengths = lengthsOf(facts.server.suite.name);
  if (!lengths) return [];
  const schedule = new Schedule12(facts);
  const master = schedule.master(schedule.sessionHash());
  if (master) schedule.keys(master, lengths);
  schedule.finished(master);
  return schedule.steps.derivations;
}

class Schedule12 {
  readonly steps: Steps;
  readonly #facts: TlsFacts;
  readonly #hash: Hash;
  readonly #messages: readonly TranscriptMessage[];
  readonly #randoms: { readonly client: Value; readonly server: Value };

  constructor(facts: TlsFacts) {
    const { client, server, transcript, renegotiation = 0 } = facts;
    const which = `renegotiation ${renegotiation}`;
    this.steps = new Steps(
      renegotiation > 0 ? { id: `tls.renegotiation.${renegotiation}`, name: which } : undefined,
    );
    this.#facts = facts;
    this.#hash = server.suite.hash;
    // A request to begin is in no hash, RFC 5246 §7.4.1.1.
    this.#messages = transcript.messages.filter(({ type }) => type !== HANDSHAKE_TYPE.helloRequest);
    this.#randoms = {
      client: wire('client random', client.random),
      server: wire('server random', server.random),
    };
  }

  /**
   * What the extended master secret is made from; `undefined` without that extension or in a resumed session.
   */
  sessionHash(): Value | undefined {
    const exchange = this.#messages.findIndex(({ type }) => type === HANDSHAKE_TYPE.clientKeyExchange);
    if (exchange < 0 || !this.#facts.server.extendedMasterSecret) return undefined;
    return this.steps.hash(
      {
        id: 'tls.session_hash',
        name: 'session hash',
        note: 'It ties the master secret to this handshake; without it two connections could be made to share one.',
        source: 'RFC 7627 §3',
      },
      this.#hash,
      this.#messages.slice(0, exchange + 1).map(messageValue),
    );
  }

  master(sessionHash: Value | undefined): Value | undefined {
    const known = logged(this.#facts, 'CLIENT_RANDOM', [MASTER_LENGTH]);
    const given = known ? { ...known, name: 'master secret' } : this.#givenMaster();
    const premaster = this.#premaster();
    if (!premaster) return given;
    const { label, seeds, source } = this.#masterRecipe(sessionHash);
    const output = prf(
      this.#hash,
      premaster.bytes,
      label,
      concat(seeds.map(({ bytes }) => bytes)),
      MASTER_LENGTH,
    );
    const fits = given && equalConstantTime(output, given.bytes);
    const derived = this.steps.prf(
      {
        id: 'tls.master',
        name: 'master secret',
        note: 'All keys of the session follow from it. This is what a key log holds.',
        source,
        ...(fits === undefined ? {} : { check: { what: 'the master secret in the key log', fits } }),
      },
      this.#hash,
      premaster,
      { label, seeds, length: MASTER_LENGTH },
    );
    return given && !fits ? given : derived;
  }

  /** The key block and the parts it is cut into (RFC 5246 §6.3). */
  keys(master: Value, lengths: Lengths): void {
    const { client, server } = this.#randoms;
    const length = 2 * (lengths.mac + lengths.key + lengths.iv);
    const seeds = [server, client];
    const block = this.steps.prf(
      {
        id: 'tls.key_block',
        name: 'key block',
        note: 'One string of bytes from which all keys are cut, the client’s before the server’s.',
        source: 'RFC 5246 §6.3',
      },
      this.#hash,
      master,
      { label: 'key expansion', seeds, length },
    );
    const parts = { label: 'key expansion', seeds: seeds.map(({ bytes }) => bytes) };
    const command = prfCommand(this.#hash, master.bytes, parts, length);
    let at = 0;
    for (const part of ['mac', 'key', 'iv'] as const) {
      for (const dir of ['c2s', 's2c'] as const) {
        const [start, end] = [at, (at += lengths[part])];
        if (end > start) this.steps.add(partStep(dir, part), cut(block, command, start, end));
      }
    }
  }

  /** verify_data of both sides: the second one also covers the first one's Finished. */
  finished(master: Value | undefined): void {
    for (const dir of ['c2s', 's2c'] as const) {
      const at = finishedIn(this.#messages, dir);
      if (at < 0) continue;
      const { bytes } = this.#messages[at] as TranscriptMessage;
      const side = SIDES[dir];
      const covered = this.steps.hash(
        {
          id: `tls.transcript.before_${side}_finished`,
          name: `hash up to the ${side}’s Finished`,
          note: `What the ${side}’s Finished covers: every handshake message before it.`,
          source: 'RFC 5246 §7.4.9',
        },
        this.#hash,
        this.#messages.slice(0, at).map(messageValue),
      );
      if (master) this.#verifyData(dir, { master, covered, seen: bytes.subarray(MESSAGE_HEADER) });
    }
  }

  #verifyData(dir: Direction, { master, covered, seen }: Covered): void {
    const side = SIDES[dir];
    const label = `${side} finished`;
    const output = prf(this.#hash, master.bytes, label, covered.bytes, VERIFY_LENGTH);
    this.steps.prf(
      {
        id: `tls.${dir}.verify_data`,
        name: `verify_data of the ${side}`,
        note: 'A MAC over the handshake so far: nobody has changed any of it on its way.',
        source: 'RFC 5246 §7.4.9',
        check: { what: `verify_data in the ${side}’s Finished`, fits: equalConstantTime(output, seen) },
      },
      this.#hash,
      master,
      { label, seeds: [covered], length: VERIFY_LENGTH },
    );
  }

  /** Whether the Finished that was sent first was made with this master secret. */
  #fits(master: Uint8Array): boolean {
    const at = this.#messages.findIndex(({ type }) => type === HANDSHAKE_TYPE.finished);
    const finished = this.#messages[at];
    if (!finished) return false;
    const before = this.#messages.slice(0, at).map(({ bytes }) => bytes);
    const covered = hashOf(this.#hash, concat(before));
    const made = prf(this.#hash, master, `${SIDES[finished.dir]} finished`, covered, VERIFY_LENGTH);
    return equalConstantTime(made, finished.bytes.subarray(MESSAGE_HEADER));
  }

  #masterRecipe(sessionHash: Value | undefined): Recipe {
    const { client, server } = this.#randoms;
    return sessionHash
      ? { label: 'extended master secret', seeds: [sessionHash], source: 'RFC 7627 §4' }
      : { label: 'master secret', seeds: [client, server], source: 'RFC 5246 §8.1' };
  }

  #proved(): TlsFacts['masters'][number] | undefined {
    const { masters } = this.#facts;
    return masters.find(({ master }) => this.#fits(master)) ?? masters[0];
  }

  /**
   * A master secret without a derivation: that of a resumed session (RFC 5246 §7.3), or one logged by its id.
   */
  #givenMaster(): Value | undefined {
    const proved = this.#proved();
    if (!proved || proved.premaster) return undefined;
    return { name: 'master secret', bytes: proved.master, from: proved.source };
  }

  #premaster(): Value | undefined {
    const proved = this.#proved();
    if (proved?.premaster) {
      return { name: 'premaster secret', bytes: proved.premaster, from: proved.source };
    }
    const known = logged(this.#facts, 'PMS_CLIENT_RANDOM');
    return known && { ...known, name: 'premaster secret' };
  }
}

interface Covered {
  readonly master: Value;
  readonly covered: Value;
  readonly seen: Uint8Array;
}

interface Recipe {
  readonly label: string;
  readonly seeds: readonly Value[];
  readonly source: string;
}

type Part = 'mac' | 'key' | 'iv';

const PARTS: Record<
  Part,
  { readonly id: string; readonly name: string; readonly note: (side: string) => string }
> = {
  mac: {
    id: 'mac_key',
    name: 'MAC key',
    note: (side) => `Authenticates every record that the ${side} sends.`,
  },
  key: { id: 'key', name: 'key', note: (side) => `Encrypts every record that the ${side} sends.` },
  iv: {
    id: 'iv',
    name: 'iv',
    note: (side) => `The part of each nonce of the ${side} that never crosses the wire.`,
  },
};

function partStep(dir: Direction, part: Part): Step {
  const side = SIDES[dir];
  const { id, name, note } = PARTS[part];
  return { id: `tls.${dir}.${id}`, name: `${side} ${name}`, note: note(side), source: 'RFC 5246 §6.3' };
}

function cut(block: Value, command: string, start: number, end: number): Made {
  return {
    algorithm: `bytes ${start} to ${end - 1} of the key block`,
    inputs: [block],
    output: block.bytes.subarray(start, end),
    command: sliceCommand(command, start, end),
  };
}
