/** A record whose bytes a reader can change, and what becomes of it: on a wire in the page, or in a recording. */
import { DEFAULT_SUITE, type Suite, suiteByName } from '#channel/psk/suites';
import { Dissection } from '#dissect/index';
import type { TapEvent, WireRecord } from '#dissect/model';
import { type Trial, Trials } from '../../demos/in-page/trial.ts';

/** What the receiver makes of the bytes, or the inspector where there is no receiver any more. */
export type Verdict =
  | Trial['verdict']
  /** It opens with the keys, or it does not: `reason` says why. */
  | { readonly state: 'reads'; readonly title: string }
  | { readonly state: 'closed'; readonly reason: string };

export interface Outcome extends Omit<Trial, 'verdict'> {
  readonly verdict: Verdict;
}

export interface Changeable {
  readonly name: string;
  /** What is wrong with it by design; absent for what is sound. */
  readonly weak: string | undefined;
  /** The name of whoever judges, as the subject of a sentence. */
  readonly judge: string;
  /** The text that crossed, if one did. */
  readonly text: string | undefined;
  readonly original: Outcome;
  /** What becomes of it when these bytes arrive instead. */
  run(bytes: Uint8Array): Outcome;
}

interface Surroundings {
  readonly random: (count: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** `plain`, or the psk wire with the suite of this name. Throws `RangeError` for another name. */
export function onWire(name: string, text: string, around: Surroundings): Changeable {
  const suite = name === 'plain' ? undefined : suiteOf(name);
  const trials = new Trials({ wire: suite ? 'psk' : 'plain', suite, text, ...around });
  return {
    name,
    weak: suite ? suite.weak : 'no encryption and no MAC, so everything can be read and changed',
    judge: 'The server',
    text,
    original: trials.original,
    run: (bytes) => trials.run(bytes),
  };
}

function suiteOf(name: string): Suite {
  const suite = name === 'psk' ? DEFAULT_SUITE : suiteByName(name);
  if (!suite) throw new RangeError(`There is no suite ${name}.`);
  return suite;
}

/**
 * The first record of a recording that was opened and carries application data of the client. Throws `RangeError` when
 * there is none.
 */
export function inRecording(name: string, events: readonly TapEvent[]): Changeable {
  const dissection = new Dissection();
  dissection.addAll(events);
  const record = dissection.allRecords().find(isData);
  if (!record) throw new RangeError(`The recording ${name} has no sealed record that opens.`);
  const run = (bytes: Uint8Array): Outcome => {
    const again = new Dissection();
    again.addAll(changed(events, record, bytes));
    const found = again
      .records(record.flow)
      .find((one) => one.dir === record.dir && one.offset === record.offset);
    return { bytes, record: found, verdict: verdictOf(found, bytes.length) };
  };
  return {
    name,
    weak: undefined,
    judge: 'The inspector',
    text: undefined,
    original: run(record.raw),
    run,
  };
}

function isData({ state, dir, inner }: WireRecord): boolean {
  return (
    state === 'opened' && dir === 'c2s' && inner.some(({ proto }) => proto === 'frame' || proto === 'psk')
  );
}

/** The recording, in which these bytes crossed in the place of a record. */
function changed(
  events: readonly TapEvent[],
  { flow, dir, offset }: WireRecord,
  bytes: Uint8Array,
): TapEvent[] {
  let at = 0;
  return events.map((event) => {
    if (event.kind !== 'chunk' || event.flow !== flow || event.dir !== dir) return event;
    const start = at;
    at += event.bytes.length;
    if (at <= offset || start >= offset + bytes.length) return event;
    const copy = event.bytes.slice();
    for (let i = Math.max(0, offset - start); i < copy.length && start + i < offset + bytes.length; i++) {
      copy[i] = bytes[start + i - offset] as number;
    }
    return { ...event, bytes: copy };
  });
}

function verdictOf(record: WireRecord | undefined, bytes: number): Verdict {
  if (!record) return { state: 'waiting', bytes };
  if (record.state === 'opened' || record.state === 'clear') return { state: 'reads', title: record.title };
  return { state: 'closed', reason: record.reason };
}
