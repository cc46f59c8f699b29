/** The key schedule of one psk session as data, from the records of its handshake and the secret at hand. */
import { concat, equalConstantTime } from '#protocol/bytes';
import { PSK_KEY_LOG_LABEL } from '#channel/psk/handshake';
import { counterNonce } from '#channel/counter-nonce';
import { recordSequence } from '#channel/psk/record-layer';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import {
  LABELS,
  PRK_LENGTH,
  RECORD_LABELS,
  type SessionKeys,
  confirmation,
  deriveSessionKeys,
  extractSecret,
  saltOf,
} from '#channel/psk/schedule';
import { tagLength } from '#channel/psk/bodies';
import type { Suite } from '#channel/psk/suites';
import type { Direction } from '../model.ts';
import type { SecretLookup } from '../secrets/secrets.ts';
import { hkdfExpandCommand, hkdfExtractCommand, xorCommand } from './commands.ts';
import type { Derivation } from './derivation.ts';
import { type Hellos, type SessionRecords, readHellos, wire } from './psk-hellos.ts';
import { type Step, Steps, type Value, hmacOf } from './steps.ts';

/** What is needed of the secrets at hand. */
export type PskSecrets = Pick<SecretLookup, 'find' | 'sharedKeys'>;

const HASH = 'sha256';
const KEY_SCHEDULE = 'psk-wire.md §Key schedule';

/** Every value that can be derived; the hash of the hellos alone when no secret of this session is at hand. */
export function pskSchedule(records: SessionRecords, secrets: PskSecrets): Derivation[] {
  const hellos = readHellos(records);
  if (!hellos) return [];
  const { suite } = hellos;
  const steps = new Steps();
  const prk = suite && addPrk(steps, { ...hellos, suite }, secrets);
  const transcript = steps.hash(
    {
      id: 'psk.transcript',
      name: 'hash of the hellos',
      note: 'It goes into every key, so a change of either hello on its way gives the two sides different keys.',
      source: KEY_SCHEDULE,
    },
    HASH,
    hellos.parts,
  );
  if (prk) addKeys(steps, { records, hellos, suite, prk, transcript });
  return steps.derivations;
}

/**
 * The PRK that opens this session: from the shared key that the server's confirmation proves, otherwise as
 * logged.
 */
function addPrk(
  steps: Steps,
  hellos: Hellos & { readonly suite: Suite },
  secrets: PskSecrets,
): Value | undefined {
  const { client, server } = hellos.nonces;
  const prkOf = (key: Uint8Array): Uint8Array => extractSecret(hellos.suite, key, client.bytes, server.bytes);
  const bytes = secrets.find(PSK_KEY_LOG_LABEL, client.bytes, [PRK_LENGTH]);
  const logged = bytes && { name: 'PRK', bytes, from: 'key log' };
  const keys = secrets.sharedKeys(hellos.keyId);
  const key = keys.find((candidate) => proves(prkOf(candidate), hellos)) ?? (logged ? undefined : keys[0]);
  if (!key) return logged;
  const output = prkOf(key);
  return steps.add(
    {
      id: 'psk.prk',
      name: 'PRK',
      note: KINDS[hellos.suite.keys].prk,
      source: KEY_SCHEDULE,
      ...(logged
        ? { check: { what: 'the PRK in the key log', fits: equalConstantTime(output, logged.bytes) } }
        : {}),
    },
    {
      algorithm: 'HKDF-Extract, SHA-256',
      inputs: [
        { name: 'shared key', bytes: key, from: 'key material' },
        ...(hellos.suite.keys === 'session' ? [client, server] : []),
      ],
      output,
      command: hkdfExtractCommand(HASH, saltOf(hellos.suite, client.bytes, server.bytes), key, output.length),
    },
  );
}

function proves(prk: Uint8Array, { parts, suite, confirm }: Hellos & { readonly suite: Suite }): boolean {
  const hellos = concat(parts.map(({ bytes }) => bytes));
  const { serverConfirmKey } = deriveSessionKeys(prk, hellos, suite);
  return equalConstantTime(confirmation(serverConfirmKey, hellos), confirm);
}

interface Known {
  readonly records: SessionRecords;
  readonly hellos: Hellos;
  readonly suite: Suite;
  readonly prk: Value;
  readonly transcript: Value;
}

function addKeys(steps: Steps, known: Known): void {
  const keys = deriveSessionKeys(
    known.prk.bytes,
    concat(known.hellos.parts.map(({ bytes }) => bytes)),
    known.suite,
  );
  addConfirmations(steps, known, keys);
  for (const dir of ['c2s', 's2c'] as const) addDirection(steps, dir, known, keys);
}

function addDirection(steps: Steps, dir: Direction, known: Known, keys: SessionKeys): void {
  const { suite, records, prk } = known;
  const context = suite.keys === 'session' ? known.transcript : wire('suite', Uint8Array.of(suite.id));
  const base = { prk, context };
  const from = SENDER[dir];
  const labels = RECORD_LABELS[suite.keys][dir];
  const note = `Seals every record that the ${from} sends.${KINDS[suite.keys].key}`;
  const check = suite.nonce === 'counted' ? undefined : firstTag(known, dir);
  const key = { id: `psk.${dir}.key`, name: `${from} key`, note, ...(check && { check }) };
  expand(steps, base, key, labels.key, keys[dir].key);
  if (suite.ivLength === 0) return;
  const iv = { id: `psk.${dir}.iv`, name: `${from} iv`, note: IV_NOTES[suite.nonce](from) };
  const value = expand(steps, base, iv, labels.iv, keys[dir].iv);
  if (suite.nonce === 'counted') addNonce(steps, dir, value, records);
}

/** What the kinds of keys mean. */
const KINDS: Record<Suite['keys'], { readonly prk: string; readonly key: string }> = {
  session: {
    prk: 'The shared key mixed with both nonces: different keys for every connection. This is what a key log holds.',
    key: '',
  },
  static: {
    prk: 'From the shared key alone: the same in every connection, for ever. This is what a key log holds.',
    key: ' The key is the same in both directions and in every connection, for ever.',
  },
};

const IV_NOTES: Record<Suite['nonce'], (from: string) => string> = {
  counted: (from) => `Record numbers are XORed into it, which makes a nonce for each record of the ${from}.`,
  random: () => '',
  fixed: (from) =>
    `The nonce of every record that the ${from} sends, and so are the first bytes of its key stream.`,
};

/** Whether the first sealed record of a direction opened, as a check of its key; only a tag can show that. */
function firstTag({ suite, records }: Known, dir: Direction): Step['check'] {
  const first = records.sealed[dir];
  if (!first || tagLength(suite.body) === 0) return undefined;
  return { what: `the tag of the ${SENDER[dir]}’s first sealed record`, fits: first.opens };
}

const SENDER: Record<Direction, string> = { c2s: 'client', s2c: 'server' };

/** `context` is what the value is bound to: the hash of the hellos, or the suite alone. */
function expand(
  steps: Steps,
  { prk, context }: { readonly prk: Value; readonly context: Value },
  told: Omit<Step, 'source'>,
  label: string,
  output: Uint8Array,
): Value {
  const info = { label, rest: concat([Uint8Array.of(0), context.bytes]) };
  return steps.add(
    { ...told, source: KEY_SCHEDULE },
    {
      algorithm: 'HKDF-Expand, SHA-256',
      label,
      inputs: [prk, context],
      output,
      command: hkdfExpandCommand(HASH, prk.bytes, info, output.length),
    },
  );
}

function addConfirmations(steps: Steps, known: Known, keys: SessionKeys): void {
  const { records, hellos, prk, transcript } = known;
  const base = { prk, context: transcript };
  const server = { id: 'psk.server_confirm.key', name: 'server confirmation key' };
  const client = { id: 'psk.client_confirm.key', name: 'client confirmation key' };
  const note = (side: string): string => `Used once: to prove that the ${side} arrived at the same keys.`;
  const serverKey = expand(
    steps,
    base,
    { ...server, note: note('server') },
    LABELS.serverConfirm,
    keys.serverConfirmKey,
  );
  addConfirmation(steps, 'server', { key: serverKey, transcript, seen: hellos.confirm });
  const clientKey = expand(
    steps,
    base,
    { ...client, note: note('client') },
    LABELS.clientConfirm,
    keys.clientConfirmKey,
  );
  const longer = steps.hash(
    {
      id: 'psk.transcript.confirmed',
      name: 'hash of the hellos and the server’s confirmation',
      note: 'What the client confirms: everything that was said so far.',
      source: KEY_SCHEDULE,
    },
    HASH,
    [...hellos.parts, wire('server_confirm', hellos.confirm)],
  );
  const seen = records.clientFinished?.subarray(RECORD_HEADER_LENGTH);
  addConfirmation(steps, 'client', { key: clientKey, transcript: longer, seen });
}

function addConfirmation(
  steps: Steps,
  side: 'client' | 'server',
  { key, transcript, seen }: { key: Value; transcript: Value; seen: Uint8Array | undefined },
): void {
  const record = side === 'server' ? 'server hello' : 'client finished';
  const fits = seen && equalConstantTime(hmacOf(HASH, key.bytes, transcript.bytes), seen);
  steps.hmac(
    {
      id: `psk.${side}_confirm`,
      name: `confirmation of the ${side}`,
      note: `Only a holder of the shared key can make it; it crosses in the ${record}.`,
      source: KEY_SCHEDULE,
      ...(fits === undefined ? {} : { check: { what: `${side}_confirm in the ${record}`, fits } }),
    },
    HASH,
    key,
    transcript,
  );
}

function addNonce(steps: Steps, dir: Direction, iv: Value, { sealed }: SessionRecords): void {
  const first = sealed[dir];
  if (!first) return;
  const header = first.record.subarray(0, RECORD_HEADER_LENGTH);
  const sequence = recordSequence(header);
  // Beyond that the number is not exact, and no record that opens has such a number.
  if (!Number.isSafeInteger(sequence)) return;
  const output = counterNonce(iv.bytes, sequence);
  steps.add(
    {
      id: `psk.${dir}.nonce`,
      name: `nonce of the ${SENDER[dir]}’s first record`,
      note: 'The iv with the record number XORed into its last eight bytes: no two records of a key share one.',
      source: 'psk-wire.md §Sealed records',
      check: { what: `the tag of the ${SENDER[dir]}’s first sealed record`, fits: first.opens },
    },
    {
      algorithm: 'XOR',
      inputs: [iv, wire('sequence', header.subarray(4))],
      output,
      command: xorCommand(iv.bytes, header.subarray(4)),
    },
  );
}
