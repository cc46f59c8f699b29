/** The key schedule of one psk session as data, from the records of its handshake and the secret at hand. */
import { concat, equalConstantTime } from '#protocol/bytes';
import { PSK_KEY_LOG_LABEL } from '#channel/psk/handshake';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import {
  LABELS,
  PRK_LENGTH,
  type SessionKeys,
  confirmation,
  deriveSessionKeys,
  extractSecret,
  saltOf,
} from '#channel/psk/schedule';
import type { Suite } from '#channel/psk/suites';
import type { SecretLookup } from '../secrets/secrets.ts';
import { hkdfExtractCommand } from './commands.ts';
import type { Derivation } from './derivation.ts';
import { HASH, KEY_SCHEDULE, type Known, addDirection, expand } from './psk-directions.ts';
import { type Hellos, type SessionRecords, readHellos, wire } from './psk-hellos.ts';
import { Steps, type Value, hmacOf } from './steps.ts';

/** What is needed of the secrets at hand. */
export type PskSecrets = Pick<SecretLookup, 'find' | 'sharedKeys'>;

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
      note: PRK_NOTES[hellos.suite.keys],
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

const PRK_NOTES: Record<Suite['keys'], string> = {
  session:
    'The shared key mixed with both nonces: different keys for every connection. This is what a key log holds.',
  static: 'From the shared key alone: the same in every connection, for ever. This is what a key log holds.',
};

function proves(prk: Uint8Array, { parts, suite, confirm }: Hellos & { readonly suite: Suite }): boolean {
  const hellos = concat(parts.map(({ bytes }) => bytes));
  const { serverConfirmKey } = deriveSessionKeys(prk, hellos, suite);
  return equalConstantTime(confirmation(serverConfirmKey, hellos), confirm);
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
