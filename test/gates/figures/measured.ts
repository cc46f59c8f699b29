/** What the recordings of the site hold, and how long the records of our suites are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Suite, SUITES } from '#channel/psk/suites';
import { readCapture } from '#dissect/capture/read';
import { pureRecordCiphers } from '#dissect/crypto/pure';
import { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { TapEvent, WireRecord } from '#dissect/model';
import type { Field } from '#protocol/field';
import { Trials } from '../../../docs/demos/in-page/trial.ts';
import { PageWorld } from '../../../docs/demos/in-page/world.ts';
import type { RecordingName } from '../../../docs/recordings/recordings.ts';
import { ROOT } from '../sources.ts';

/** The records of a recording, opened with its secrets; those of each connection in their order. */
export function recorded(name: RecordingName): { readonly flows: readonly (readonly WireRecord[])[] } {
  const dissection = dissected(name);
  return { flows: dissection.flows.map(({ id }) => dissection.records(id)) };
}

function dissected(name: RecordingName): Dissection {
  const dissection = new Dissection();
  dissection.addAll(readCapture(readFileSync(join(ROOT, `docs/recordings/${name}.pcapng`))).events);
  return dissection;
}

export function suiteNamed(name: string): Suite {
  const suite = SUITES.find((row) => row.name === name);
  if (!suite) throw new Error(`there is no suite ${name}`);
  return suite;
}

/** A message as a client says it on a wire of a page: the record that crosses. */
export function saidOver(suite: string, text: string): WireRecord {
  const { record } = trialsOver(suite, text).original;
  if (!record) throw new Error(`nothing was said over ${suite}`);
  return record;
}

function trialsOver(suite: string, text: string): Trials {
  const row = suite === 'plain' ? undefined : suiteNamed(suite);
  return new Trials({ wire: row ? 'psk' : 'plain', suite: row, random: counting(), text, time: 0 });
}

/** Bytes that are not random, so that a failure comes each time. */
function counting(): (count: number) => Uint8Array {
  let next = 0;
  return (count) => Uint8Array.from({ length: count }, () => next++ % 251);
}

/** A field of a record, by its name, however deep; the first of that name. */
export function fieldOf({ fields }: { readonly fields: readonly Field[] }, name: string): Field {
  const found = find(fields, name);
  if (!found) throw new Error(`there is no field ${name}`);
  return found;
}

/** How many bytes a field has. */
export function sizeOf(unit: { readonly fields: readonly Field[] }, name: string): number {
  const { start, end } = fieldOf(unit, name);
  return end - start;
}

function find(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    if (field.name === name) return field;
    const inside = find(field.children ?? [], name);
    if (inside) return inside;
  }
  return undefined;
}

/** What the server says when one bit of this byte of a message has been flipped, counted from the end of the record: 1 is the last. */
export function flippedFromEnd(suite: string, text: string, place: number): string {
  const trials = trialsOver(suite, text);
  const bytes = trials.original.bytes.slice();
  const at = bytes.length - place;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const { verdict } = trials.run(bytes);
  return verdict.state === 'refused' ? verdict.code : verdict.state;
}

/** Places at the start of the ciphertexts of all data records of a short talk at which all of them are equal. */
export function equalStart(suite: string): number[] {
  const events: TapEvent[] = [];
  const world = new PageWorld({
    wire: 'psk',
    suite: suiteNamed(suite),
    now: () => 0,
    random: counting(),
    onEvent: (event) => events.push(event),
  });
  for (const text of ['hello hello hello', 'no']) world.say(text);
  const dissection = new Dissection({ ciphers: pureRecordCiphers });
  dissection.addAll(events);
  const ciphertexts = dissection
    .allRecords()
    .filter(({ fields }) => fields.some(({ name }) => name === 'ciphertext'))
    .map((record) => record.raw.subarray(fieldOf(record, 'ciphertext').start));
  const [first = new Uint8Array(), ...others] = ciphertexts;
  const least = Math.min(...ciphertexts.map(({ length }) => length));
  return [...first.subarray(0, least).keys()].filter((at) =>
    others.every((other) => other[at] === first[at]),
  );
}

/** Every value of the first connection of a recording that can be derived. */
export function derived(name: RecordingName): readonly Derivation[] {
  const dissection = dissected(name);
  return dissection.keySchedule(dissection.flows[0]?.id ?? 0);
}
