/**
 * What a pre-shared key at hand gives of a TLS 1.3 key schedule (RFC 8446 §4.2.11.2, §7.1): the binders that prove it,
 * the secrets of early data, and all others where no Diffie-Hellman exchange went in.
 */
import { EMPTY, equalConstantTime } from '#protocol/bytes';
import { type ProvedPsk, type Stage, isPskAlone, provedPsks } from '../tls/psk13.ts';
import { expandLabel, hashLength } from '../tls/schedule.ts';
import { RECIPES, type SecretName } from '../tls/traffic-secrets.ts';
import type { Hash } from './commands.ts';
import { type Step, type Steps, type Value, hashOf } from './steps.ts';
import { type TlsFacts, logged, messageValue } from './tls-facts.ts';
import { Binders } from './tls13-binders.ts';
import { emptyHash } from './tls13-transcript.ts';

const SOURCE = 'RFC 8446 §7.1';

export class PskSchedule {
  readonly #steps: Steps;
  readonly #facts: TlsFacts;
  readonly #psks: readonly ProvedPsk[];
  /** Early secrets by the place of the identity. */
  readonly #early = new Map<number, Value>();
  readonly #stages = new Map<Stage, Value>();

  constructor(steps: Steps, facts: TlsFacts) {
    this.#steps = steps;
    this.#facts = facts;
    this.#psks = provedPsks(facts.transcript.hellos, facts.secrets);
  }

  /** Early secret, binder key and binders of every key at hand that the client hello offers. */
  binders(): void {
    const binders = new Binders(this.#steps, this.#facts);
    for (const psk of this.#psks) {
      const early = this.#earlySecret(psk);
      this.#early.set(psk.index, early);
      binders.add(psk, early);
    }
  }

  /**
   * The secret that a key log has under this name, made from the pre-shared key; `undefined` where that key
   * alone is not enough.
   */
  secret(name: SecretName, context: Value | undefined): Value | undefined {
    const { stage, label } = RECIPES[name];
    const psk = this.#pskOf(stage);
    const from = psk && context && this.#stage(psk, stage);
    if (!from) return undefined;
    const length = hashLength(psk.hash);
    const known = logged(this.#facts, name, [length]);
    const output = expandLabel(psk.hash, from.bytes, label, context.bytes, length);
    const check = known && { what: `${name} in the key log`, fits: equalConstantTime(output, known.bytes) };
    const step = { ...SECRETS[name], source: SOURCE, ...(check ? { check } : {}) };
    const made = this.#steps.expandLabel(step, psk.hash, from, { label, context, length });
    return check?.fits === false ? known : made;
  }

  /** The secret that the keys of tickets are made from. */
  resumption(clientFinished: (() => Value) | undefined): void {
    const psk = this.#pskOf('master');
    const from = psk && clientFinished && this.#stage(psk, 'master');
    if (!from) return;
    const context = clientFinished();
    const step = {
      id: 'tls.resumption',
      name: 'resumption secret',
      note: 'With the nonce of a ticket it makes the pre-shared key of that ticket.',
      source: SOURCE,
    };
    const length = hashLength(psk.hash);
    this.#steps.expandLabel(step, psk.hash, from, { label: 'res master', context, length });
  }

  /** The hash of the client hello alone, where early data can be derived. */
  helloHash(): Value | undefined {
    const psk = this.#pskOf('early');
    const [hello, retry] = this.#facts.transcript.hellos;
    if (!psk || !hello || retry) return undefined;
    const id = 'tls.transcript.client_hello';
    const note = 'It goes into the secrets of early data: nothing else was said by then.';
    const step = { id, name: 'hash of the client hello', note, source: 'RFC 8446 §4.4.1' };
    return this.#steps.hash(step, psk.hash, [messageValue(hello)]);
  }

  #pskOf(stage: Stage): ProvedPsk | undefined {
    const { client, server } = this.#facts;
    if (stage === 'early') return client.earlyData ? this.#psks.find(({ index }) => index === 0) : undefined;
    const psk = this.#psks.find(({ index }) => index === server.selectedIdentity);
    return psk?.hash === server.suite.hash && isPskAlone(server) ? psk : undefined;
  }

  #earlySecret({ index, hash, key }: ProvedPsk): Value {
    const { server } = this.#facts;
    const step = {
      id: `tls.psk.${index}.early_secret`,
      name: `early secret of pre-shared key ${index}`,
      note: index === server.selectedIdentity && !isPskAlone(server) ? NOT_ENOUGH : ENOUGH,
      source: SOURCE,
    };
    const given = { name: 'pre-shared key', bytes: key, from: 'key material' };
    return this.#steps.extract(step, hash, zeros(hash), given);
  }

  /** The secret of a stage; each is made once. */
  #stage(psk: ProvedPsk, stage: Stage): Value | undefined {
    const known = stage === 'early' ? this.#early.get(psk.index) : this.#stages.get(stage);
    if (known || stage === 'early') return known;
    const before = this.#stage(psk, stage === 'master' ? 'handshake' : 'early');
    const made = before && this.#nextStage(psk.hash, stage, before);
    if (made) this.#stages.set(stage, made);
    return made;
  }

  #nextStage(hash: Hash, stage: 'handshake' | 'master', before: Value): Value {
    const id = `tls.${stage}_secret`;
    const note = 'What goes into this stage from the one before.';
    const salt = this.#steps.expandLabel(
      { id: `${id}.salt`, name: `salt of the ${stage} secret`, note, source: SOURCE },
      hash,
      before,
      { label: 'derived', context: emptyHash(this.#steps, hash), length: hashLength(hash) },
    );
    const step = { id, name: `${stage} secret`, note: STAGE_NOTES[stage], source: SOURCE };
    return this.#steps.extract(step, hash, salt, zeros(hash));
  }
}

function zeros(hash: Hash): Value {
  return { name: 'zeros', bytes: new Uint8Array(hashOf(hash, EMPTY).length) };
}

const ENOUGH = 'The first stage of all secrets: the pre-shared key, and nothing else.';
const NOT_ENOUGH = `${ENOUGH} The next stage takes the result of a Diffie-Hellman exchange too (psk_dhe_ke), which no onlooker has: the key alone goes no further.`;
const STAGE_NOTES = {
  handshake: 'Zeros take the place of the result of a Diffie-Hellman exchange (psk_ke): no forward secrecy.',
  master: 'The last stage: the secrets of application data follow from it.',
} as const;

/** The ids are those that the keys made from these secrets begin with. */
const SECRETS: Record<SecretName, Pick<Step, 'id' | 'name' | 'note'>> = {
  CLIENT_EARLY_TRAFFIC_SECRET: secretOf('c2s.early', 'client early', 'early data'),
  EARLY_EXPORTER_SECRET: {
    id: 'tls.early_exporter',
    name: 'early exporter secret',
    note: 'What an application takes from the exporter before the server has answered follows from it.',
  },
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: secretOf('c2s.handshake', 'client handshake', 'the client’s handshake'),
  SERVER_HANDSHAKE_TRAFFIC_SECRET: secretOf('s2c.handshake', 'server handshake', 'the server’s handshake'),
  CLIENT_TRAFFIC_SECRET_0: secretOf('c2s.application.0', 'client application', 'what the client sends'),
  SERVER_TRAFFIC_SECRET_0: secretOf('s2c.application.0', 'server application', 'what the server sends'),
  EXPORTER_SECRET: {
    id: 'tls.exporter',
    name: 'exporter secret',
    note: 'What an application takes from the exporter follows from it.',
  },
};

function secretOf(id: string, name: string, what: string): Pick<Step, 'id' | 'name' | 'note'> {
  return { id: `tls.${id}`, name: `${name} traffic secret`, note: `The keys of ${what} follow from it.` };
}
