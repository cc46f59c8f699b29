/**
 * The records of all wires as the screen shows them, in the order of their completion. They are taken from the
 * dissection, which does not keep them: without the keys, they are what an eavesdropper has.
 */
import type { Dissection } from '#dissect/index';
import type { Endpoint, FlowSummary, TapEvent, WireRecord } from '#dissect/model';
import type { WireName } from '#protocol/messages';
import { wireOfStack } from '../model/wire-of-stack.ts';
import { merged } from './merge.ts';
import type { RecordKey } from './rows.ts';

/** Records of all connections; a record takes some two kilobytes once its fields have been read. */
const MAX_RECORDS = 200_000;
/** Connections are dropped down to this part of the cap, so that the work is spread over many records. */
const LOW_WATER = 7 / 8;

interface Known {
  wire: WireName;
  readonly client: Endpoint;
  /** Records read so far. */
  count: number;
  /** Which reading of the flow the list of the wire has; undefined before it has any. */
  reading: number | undefined;
  /** Its records by their index, as far as the list of the wire has them. */
  records: WireRecord[];
}

interface Lane {
  records: readonly WireRecord[];
  /** Those of them that are not cleared; undefined when they must be determined again. */
  shown: readonly WireRecord[] | undefined;
  /** Flows that have changed since, and flows whose records must be removed. */
  readonly stale: Set<number>;
  readonly gone: Set<number>;
}

/** A number for a flow on this wire from this client. */
type Rank = (wire: WireName, client: Endpoint) => number;

export class RecordLog {
  readonly #maxRecords: number;
  #dissection: Dissection;
  readonly #flows = new Map<number, Known>();
  readonly #lanes = new Map<WireName, Lane>();
  /** Milliseconds since 1970: the person has cleared what a flow carried until then. */
  #cleared: ReadonlyMap<number, number> = new Map();
  readonly #letGo = new Set<number>();
  #rankOf: Rank = () => 0;
  #count = 0;

  constructor(dissection: Dissection, maxRecords = MAX_RECORDS) {
    this.#dissection = dissection;
    this.#maxRecords = maxRecords;
  }

  /** Connections that were dropped to stay under the cap, although the tap still holds them. */
  get letGo(): number {
    return this.#letGo.size;
  }

  /** True when everything that crossed this wire has been read. */
  isRead(wire: WireName): boolean {
    return ![...this.#flows].some(([id, known]) => known.wire === wire && this.#dissection.isUnread(id));
  }

  /** Sets the order in which flows are read: by rank, the lowest first. */
  readFirst(rankOf: Rank): void {
    this.#rankOf = rankOf;
    this.#tellRanks();
  }

  #tellRanks(): void {
    this.#dissection.readFirst((id) => {
      const known = this.#flows.get(id);
      return known ? this.#rankOf(known.wire, known.client) : 0;
    });
  }

  /** False for an event of a connection that was dropped. */
  takes(event: TapEvent): boolean {
    return event.kind === 'secret' || !this.#letGo.has(event.flow);
  }

  /** The dissection has read these flows on, or must read them again. */
  changed(ids: Iterable<number>): void {
    for (const id of ids) this.#touch(id);
    if (this.#count > this.#maxRecords) this.#letGoOfSome();
  }

  /** The tap has dropped these flows. */
  forget(flows: readonly number[]): void {
    for (const id of flows) {
      this.#drop(id);
      this.#letGo.delete(id);
    }
  }

  /**
   * Begins again with an empty dissection. What was cleared stays cleared, since the numbers of flows do not change.
   */
  restart(dissection: Dissection): void {
    this.#dissection = dissection;
    this.#tellRanks();
    this.#flows.clear();
    this.#lanes.clear();
    this.#letGo.clear();
    this.#count = 0;
  }

  /** Hides everything so far, read or not. The connections go on, and later records are shown. */
  clear(): void {
    this.#setCleared(
      new Map([...this.#flows.keys()].map((id) => [id, this.#dissection.flow(id)?.last ?? 0])),
    );
  }

  /** Shows again what was hidden. */
  undoClear(): void {
    this.#setCleared(new Map());
  }

  #setCleared(cleared: ReadonlyMap<number, number>): void {
    this.#cleared = cleared;
    for (const lane of this.#lanes.values()) lane.shown = undefined;
  }

  /** Records of one wire by the time of their completion; the same array until one of them changes. */
  records(wire: WireName): readonly WireRecord[] {
    const lane = this.#laneOf(wire);
    const fresh = [...lane.stale].flatMap((id) => this.#freshOf(id, lane));
    lane.stale.clear();
    if (lane.gone.size > 0) {
      lane.records = lane.records.filter(({ flow }) => !lane.gone.has(flow));
      lane.shown = undefined;
    }
    lane.gone.clear();
    const records = merged(lane.records, fresh);
    if (records !== lane.records || lane.shown === undefined) lane.shown = this.#notCleared(records);
    lane.records = records;
    return lane.shown;
  }

  #notCleared(records: readonly WireRecord[]): readonly WireRecord[] {
    if (this.#cleared.size === 0) return records;
    return records.filter((record) => this.#isShown(record));
  }

  #isShown({ flow, time }: WireRecord): boolean {
    return time > (this.#cleared.get(flow) ?? -Infinity);
  }

  /** `undefined` for a connection that is not there. */
  wireOf(flow: number): WireName | undefined {
    return this.#flows.get(flow)?.wire;
  }

  /** A record, unless it is cleared or gone. */
  record({ flow, index }: RecordKey): WireRecord | undefined {
    const known = this.#flows.get(flow);
    if (!known) return undefined;
    // The list is brought up to date first.
    this.records(known.wire);
    const record = known.records[index];
    return record && this.#isShown(record) ? record : undefined;
  }

  /** Records of one connection, each at the place of its index; cleared ones too. */
  recordsOf(id: number): readonly WireRecord[] {
    const known = this.#flows.get(id);
    if (!known) return [];
    // The list is brought up to date first.
    this.records(known.wire);
    return known.records;
  }

  flow(id: number): FlowSummary | undefined {
    return this.#dissection.flow(id);
  }

  /** Adds the records of a flow that its lane lacks. If the flow was read again, its old records are removed. */
  #freshOf(id: number, lane: Lane): readonly WireRecord[] {
    const known = this.#flows.get(id);
    const taken = this.#dissection.take(id);
    if (!known || !taken) return [];
    if (known.reading !== undefined && known.reading !== taken.reading) {
      lane.gone.add(id);
      known.records = [];
    }
    known.reading = taken.reading;
    for (const record of taken.records) known.records[record.index] = record;
    return taken.records;
  }

  #touch(id: number): void {
    const summary = this.#dissection.flow(id);
    if (!summary) return;
    const wire = summary.wire ?? wireOfStack(summary.stack);
    const known = this.#flows.get(id) ?? {
      wire,
      client: summary.client,
      count: 0,
      reading: undefined,
      records: [],
    };
    this.#flows.set(id, known);
    if (known.wire !== wire) this.#move(id, known, wire);
    this.#count += summary.records - known.count;
    known.count = summary.records;
    this.#laneOf(wire).stale.add(id);
  }

  /** What is read of a capture tells which wire it is like: it may turn out to be another one. */
  #move(id: number, known: Known, wire: WireName): void {
    const [from, to] = [this.#laneOf(known.wire), this.#laneOf(wire)];
    known.wire = wire;
    from.stale.delete(id);
    if (known.records.length === 0) return;
    const others = ({ flow }: WireRecord): boolean => flow !== id;
    from.records = from.records.filter(others);
    to.records = merged(
      to.records.filter(others),
      known.records.filter((record) => record !== undefined),
    );
    for (const lane of [from, to]) {
      lane.gone.delete(id);
      lane.shown = undefined;
    }
  }

  #laneOf(wire: WireName): Lane {
    const lane = this.#lanes.get(wire) ?? {
      records: [],
      shown: undefined,
      stale: new Set(),
      gone: new Set(),
    };
    this.#lanes.set(wire, lane);
    return lane;
  }

  #drop(id: number): void {
    this.#dissection.forget([id]);
    const known = this.#flows.get(id);
    if (!known) return;
    this.#laneOf(known.wire).gone.add(id);
    this.#count -= known.count;
    this.#flows.delete(id);
  }

  /** As in the tap, flows are dropped as a whole: the oldest finished ones first, then the oldest. */
  #letGoOfSome(): void {
    const isOver = (id: number): boolean =>
      ['closed', 'reset'].includes(this.#dissection.flow(id)?.state ?? '');
    const all = [...this.#flows.keys()];
    for (const id of [...all.filter(isOver), ...all]) {
      if (this.#count <= this.#maxRecords * LOW_WATER || this.#flows.size === 1) return;
      if (!this.#flows.has(id)) continue;
      this.#drop(id);
      this.#letGo.add(id);
    }
  }
}
