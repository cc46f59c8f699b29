/**
 * The records of a list as columns of numbers: a hundred thousand of them cross from the reader to the page without being
 * copied one by one, and the page holds no more of a record than its row shows.
 */
import type { Direction, RecordState, WireRecord } from '#dissect/model';
import { WIRE_NAMES, type WireName } from '#protocol/wires';

/** What identifies a record: the number of its connection, and its place among the records of that connection. */
export interface RecordKey {
  readonly flow: number;
  readonly index: number;
}

export interface Row extends RecordKey {
  readonly wire: WireName;
  readonly dir: Direction;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Bytes on the wire. */
  readonly length: number;
  readonly title: string;
  readonly state: RecordState;
}

const DIRECTIONS = ['c2s', 's2c'] as const satisfies readonly Direction[];
const STATES = [
  'clear',
  'opened',
  'was-sealed',
  'no-key',
  'wrong-key',
  'malformed',
] as const satisfies readonly RecordState[];

/** One entry for each row; names are places in the tables above, and `title` one in a list that goes with the columns. */
export interface Columns {
  readonly flow: Float64Array<ArrayBuffer>;
  readonly index: Uint32Array<ArrayBuffer>;
  readonly time: Float64Array<ArrayBuffer>;
  readonly length: Uint32Array<ArrayBuffer>;
  readonly title: Uint32Array<ArrayBuffer>;
  readonly wire: Uint8Array<ArrayBuffer>;
  readonly dir: Uint8Array<ArrayBuffer>;
  readonly state: Uint8Array<ArrayBuffer>;
}

const NAMES = ['flow', 'index', 'time', 'length', 'title', 'wire', 'dir', 'state'] as const;

function columnsFor(count: number): Columns {
  return {
    flow: new Float64Array(count),
    index: new Uint32Array(count),
    time: new Float64Array(count),
    length: new Uint32Array(count),
    title: new Uint32Array(count),
    wire: new Uint8Array(count),
    dir: new Uint8Array(count),
    state: new Uint8Array(count),
  };
}

/** The memory of columns, which can be handed over instead of being copied. */
export function buffersOf(columns: Columns): ArrayBuffer[] {
  return NAMES.map((name) => columns[name].buffer);
}

/** Rows from `from` on; those before are as they were. */
export interface RowUpdate {
  readonly from: number;
  readonly columns: Columns;
  /** Titles that were not sent before, in the order of their numbers. */
  readonly titles: readonly string[];
}

/** Packs records into columns. Titles are numbered, and each is sent once. */
export class RowPacker {
  readonly #titles = new Map<string, number>();

  /** `wireOf` is asked for each connection. */
  pack(records: readonly WireRecord[], from: number, wireOf: (flow: number) => WireName): RowUpdate {
    const columns = columnsFor(records.length - from);
    const known = this.#titles.size;
    for (let place = from; place < records.length; place++) {
      const { flow, index, time, raw, title, dir, state } = records[place] as WireRecord;
      const at = place - from;
      columns.flow[at] = flow;
      columns.index[at] = index;
      columns.time[at] = time;
      columns.length[at] = raw.length;
      columns.title[at] = this.#number(title);
      columns.wire[at] = WIRE_NAMES.indexOf(wireOf(flow));
      columns.dir[at] = DIRECTIONS.indexOf(dir);
      columns.state[at] = STATES.indexOf(state);
    }
    return { from, columns, titles: [...this.#titles.keys()].slice(known) };
  }

  #number(title: string): number {
    const known = this.#titles.get(title);
    if (known !== undefined) return known;
    this.#titles.set(title, this.#titles.size);
    return this.#titles.size - 1;
  }
}

/** Columns grow by this factor, so that appending seldom copies them. */
const GROWTH = 1.5;

/** The rows that the page shows. A change makes a new object, which takes over the memory of the one before. */
export class Rows {
  static readonly NONE = new Rows(columnsFor(0), 0, []);
  readonly count: number;
  readonly #columns: Columns;
  readonly #titles: readonly string[];

  private constructor(columns: Columns, count: number, titles: readonly string[]) {
    this.#columns = columns;
    this.count = count;
    this.#titles = titles;
  }

  updated({ from, columns, titles }: RowUpdate): Rows {
    const count = from + columns.flow.length;
    const all =
      count <= this.#columns.flow.length && this !== Rows.NONE ? this.#columns : this.#grown(count, from);
    for (const name of NAMES) all[name].set(columns[name], from);
    return new Rows(all, count, titles.length > 0 ? [...this.#titles, ...titles] : this.#titles);
  }

  /** `undefined` beyond the last row. */
  at(place: number): Row | undefined {
    if (place < 0 || place >= this.count) return undefined;
    const columns = this.#columns;
    return {
      flow: columns.flow[place] as number,
      index: columns.index[place] as number,
      time: columns.time[place] as number,
      length: columns.length[place] as number,
      title: this.#titles[columns.title[place] as number] as string,
      wire: WIRE_NAMES[columns.wire[place] as number] as WireName,
      dir: DIRECTIONS[columns.dir[place] as number] as Direction,
      state: STATES[columns.state[place] as number] as RecordState,
    };
  }

  /** Place of a record, or -1. Looks from the end, where most of those that are asked for are. */
  placeOf(key: RecordKey | undefined): number {
    if (!key) return -1;
    const { flow, index } = this.#columns;
    for (let place = this.count - 1; place >= 0; place--) {
      if (flow[place] === key.flow && index[place] === key.index) return place;
    }
    return -1;
  }

  /** How many of the last rows are later than `time`. */
  countAfter(time: number): number {
    let place = this.count;
    while (place > 0 && (this.#columns.time[place - 1] as number) > time) place--;
    return this.count - place;
  }

  /** Titles that occur, or have occurred. */
  get titles(): readonly string[] {
    return this.#titles;
  }

  #grown(count: number, kept: number): Columns {
    const columns = columnsFor(Math.ceil(count * GROWTH));
    for (const name of NAMES) columns[name].set(this.#columns[name].subarray(0, kept));
    return columns;
  }
}

export function sameKey(a: RecordKey | undefined, b: RecordKey | undefined): boolean {
  return a?.flow === b?.flow && a?.index === b?.index;
}
