/**
 * Figures about everything that crossed a wire, counted once for each record. A list that has grown or changed costs only what
 * is new in it.
 */
import type { Direction, Inner, RecordState, WireRecord } from '#dissect/model';
import { type WireName, wireByName } from '#protocol/wires';
import { isHandshake } from '../model/filter.ts';
import { framesOf } from '../model/messages.ts';
import type { RecordKey } from './rows.ts';

/** How many of the newest records of a wire are drawn one by one. */
export const MAX_BARS = 300;

/** One record, as a picture draws it. */
export interface Bar extends RecordKey {
  readonly dir: Direction;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Bytes on the wire. */
  readonly length: number;
  readonly title: string;
  readonly state: RecordState;
  readonly isSetup: boolean;
}

export interface Counts {
  readonly records: number;
  /** Bytes on the wire, each way. */
  readonly bytes: Readonly<Record<Direction, number>>;
  /** Records that carry messages and cannot be read. */
  readonly sealed: number;
  /** Messages in the records that can be read. */
  readonly messages: number;
  /** Bytes of the records in which those messages are. */
  readonly carriers: number;
  /** Bytes that the channel was given to carry in them: the plaintext. */
  readonly content: number;
  /** How often each byte value crossed the wire, and how often it is in the plaintext. */
  readonly crossed: readonly number[];
  readonly inside: readonly number[];
}

export class WireSurvey {
  readonly #wire: WireName;
  /** What is counted: the records of this list up to `#done`. */
  #list: readonly WireRecord[] = [];
  #done = 0;
  #tally = emptyTally();

  constructor(wire: WireName) {
    this.#wire = wire;
  }

  /** Counts on until `enough` returns true. Returns true when all of `records` is counted. */
  read(records: readonly WireRecord[], enough: () => boolean): boolean {
    if (records !== this.#list) this.#goBackToShared(records);
    while (this.#done < records.length && !enough()) {
      this.#count(records[this.#done] as WireRecord, 1);
      this.#done++;
    }
    return this.#done === records.length;
  }

  get counts(): Counts {
    const { c2s, s2c, crossed, inside, ...rest } = this.#tally;
    return { ...rest, bytes: { c2s, s2c }, crossed: [...crossed], inside: [...inside] };
  }

  /** The newest records that are counted. */
  get bars(): Bar[] {
    return this.#list.slice(Math.max(0, this.#done - MAX_BARS), this.#done).map((record) => {
      const { flow, index, dir, time, raw, title, state } = record;
      return { flow, index, dir, time, length: raw.length, title, state, isSetup: isHandshake(record) };
    });
  }

  /** What follows the first difference is taken off again. */
  #goBackToShared(records: readonly WireRecord[]): void {
    let shared = 0;
    while (shared < this.#done && records[shared] === this.#list[shared]) shared++;
    if (shared === 0) this.#tally = emptyTally();
    else for (const record of this.#list.slice(shared, this.#done)) this.#count(record, -1);
    this.#list = records;
    this.#done = shared;
  }

  #count(record: WireRecord, sign: 1 | -1): void {
    const tally = this.#tally;
    tally.records += sign;
    tally[record.dir] += sign * record.raw.length;
    addBytes(tally.crossed, record.raw, sign);
    if (isHandshake(record)) return;
    if (isShut(record)) tally.sealed += sign;
    else tally.carriers += sign * record.raw.length;
    tally.messages += sign * framesOf(record).length;
    for (const bytes of contentOf(record, this.#wire)) {
      tally.content += sign * bytes.length;
      addBytes(tally.inside, bytes, sign);
    }
  }
}

function emptyTally() {
  return {
    records: 0,
    c2s: 0,
    s2c: 0,
    sealed: 0,
    messages: 0,
    carriers: 0,
    content: 0,
    crossed: new Float64Array(256),
    inside: new Float64Array(256),
  };
}

function addBytes(counts: Float64Array, bytes: Uint8Array, sign: number): void {
  for (const byte of bytes) counts[byte] = (counts[byte] as number) + sign;
}

/** Whether the record, or a unit in it, cannot be read. */
function isShut({ state, inner }: Pick<Inner, 'state' | 'inner'>): boolean {
  return state === 'no-key' || state === 'wrong-key' || inner.some(isShut);
}

/** The bytes that the innermost channel of the wire was given, as far as they can be read. */
function contentOf(record: WireRecord, wire: WireName): readonly Uint8Array[] {
  if (record.proto === 'frame') return [record.raw];
  if (wireByName(wire).layers.length < 2) return record.plain ? [record.plain] : [];
  return record.inner.flatMap(({ plain }) => plain ?? []);
}
