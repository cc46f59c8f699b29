/** What seals the records of each direction of a psk session, as steps of its key schedule. */
import { concat } from '#protocol/bytes';
import { counterNonce } from '#channel/counter-nonce';
import { tagLength } from '#channel/psk/bodies';
import { recordSequence } from '#channel/psk/record-layer';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { RECORD_LABELS, type SessionKeys } from '#channel/psk/schedule';
import type { Suite } from '#channel/psk/suites';
import type { Direction } from '../model.ts';
import { hkdfExpandCommand, xorCommand } from './commands.ts';
import { type Hellos, type SessionRecords, wire } from './psk-hellos.ts';
import type { Step, Steps, Value } from './steps.ts';

export const HASH = 'sha256';
export const KEY_SCHEDULE = 'psk-wire.md §Key schedule';

export interface Known {
  readonly records: SessionRecords;
  readonly hellos: Hellos;
  readonly suite: Suite;
  readonly prk: Value;
  readonly transcript: Value;
}

export function addDirection(steps: Steps, dir: Direction, known: Known, keys: SessionKeys): void {
  const { suite, records, prk } = known;
  const context = suite.keys === 'session' ? known.transcript : wire('suite', Uint8Array.of(suite.id));
  const base = { prk, context };
  const from = SENDER[dir];
  const labels = RECORD_LABELS[suite.keys][dir];
  const note = KEY_NOTES[suite.keys](from);
  const check = suite.nonce === 'counted' ? undefined : firstTag(known, dir);
  const key = { id: `psk.${dir}.key`, name: `${from} key`, note, ...(check && { check }) };
  expand(steps, base, key, labels.key, keys[dir].key);
  if (suite.ivLength === 0) return;
  const iv = { id: `psk.${dir}.iv`, name: `${from} iv`, note: IV_NOTES[suite.nonce](from) };
  const value = expand(steps, base, iv, labels.iv, keys[dir].iv);
  if (suite.nonce === 'counted') addNonce(steps, dir, value, records);
}

const KEY_NOTES: Record<Suite['keys'], (from: string) => string> = {
  session: (from) => `Seals every record that the ${from} sends.`,
  static: (from) =>
    `Seals every record that the ${from} sends. It is the same in both directions and in every connection, for ever.`,
};

const IV_NOTES: Record<Suite['nonce'], (from: string) => string> = {
  counted: (from) => `Record numbers are XORed into it, which makes a nonce for each record of the ${from}.`,
  random: (from) => `The suite draws the nonces of the ${from} at random and has no use for it.`,
  fixed: (from) =>
    `The first counter block of every record that the ${from} sends: all of them share one key stream.`,
};

/** Whether the first sealed record of a direction opened, as a check of its key; only a tag can show that. */
function firstTag({ suite, records }: Known, dir: Direction): Step['check'] {
  const first = records.sealed[dir];
  if (!first || tagLength(suite.body) === 0) return undefined;
  return { what: `the tag of the ${SENDER[dir]}’s first sealed record`, fits: first.opens };
}

const SENDER: Record<Direction, string> = { c2s: 'client', s2c: 'server' };

/** `context` is what the value is bound to: the hash of the hellos, or the suite alone. */
export function expand(
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
