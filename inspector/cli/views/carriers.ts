/** Which TCP segments carried a record. Their boundaries are independent of those of records. */
import type { DeliveredSegment } from '#dissect/flow-steps';
import type { Direction, TapEvent, WireRecord } from '#dissect/model';

export interface Carrier {
  /** Position among the segments of its flow, both directions together, in the order of arrival. */
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Position of the segment's first byte in its direction of the flow. */
  readonly offset: number;
  /** Bytes of the segment, including those of other records. */
  readonly length: number;
  /** The bytes of the record's `raw` that it carried. */
  readonly start: number;
  readonly end: number;
}

type Numbered = DeliveredSegment & { readonly index: number };

/** Gives the segments of each flow, and so the carriers of its records. */
export interface SegmentSource {
  segments(flow: number): readonly DeliveredSegment[];
  /** Where segments are not kept: the carriers of the record that was given last. */
  carriersOf?(record: WireRecord): readonly Carrier[];
}

export class Carriers {
  readonly #source: SegmentSource;
  readonly #flows = new Map<number, Record<Direction, readonly Numbered[]>>();

  constructor(source: SegmentSource) {
    this.#source = source;
  }

  /** Segments with bytes of this record, in the order of their bytes. */
  of(record: WireRecord): readonly Carrier[] {
    return (
      this.#source.carriersOf?.(record) ?? carriersAmong(this.#segments(record.flow)[record.dir], record)
    );
  }

  #segments(flow: number): Record<Direction, readonly Numbered[]> {
    const known = this.#flows.get(flow);
    if (known) return known;
    const all = this.#source.segments(flow).map((segment, index) => ({ ...segment, index }));
    const made = {
      c2s: all.filter(({ dir }) => dir === 'c2s'),
      s2c: all.filter(({ dir }) => dir === 's2c'),
    };
    this.#flows.set(flow, made);
    return made;
  }
}

interface Trail {
  count: number;
  readonly next: Record<Direction, number>;
  readonly waiting: Record<Direction, Numbered[]>;
}

/** Finds the carriers of records while segments arrive. Keeps only segments in which records may still be found. */
export class CarrierTrail {
  readonly #flows = new Map<number, Trail>();
  readonly #found = new Map<WireRecord, readonly Carrier[]>();

  add(event: TapEvent): void {
    if (event.kind !== 'chunk' && event.kind !== 'gap') return;
    const trail = this.#flows.get(event.flow) ?? fresh();
    this.#flows.set(event.flow, trail);
    const { dir, time } = event;
    const length = event.kind === 'gap' ? event.length : event.bytes.length;
    const kind = event.kind === 'gap' ? 'gap' : 'bytes';
    trail.waiting[dir].push({ kind, dir, time, offset: trail.next[dir], length, index: trail.count++ });
    trail.next[dir] += length;
  }

  /** The next record of its direction was found. */
  found(record: WireRecord): void {
    const { flow, dir, offset, raw } = record;
    const waiting = this.#flows.get(flow)?.waiting;
    if (!waiting) return;
    this.#found.set(record, carriersAmong(waiting[dir], record));
    const done = firstAfter(waiting[dir], offset + raw.length);
    if (done > 0) waiting[dir].splice(0, done);
  }

  of(record: WireRecord): readonly Carrier[] {
    return this.#found.get(record) ?? [];
  }

  /** The carriers of this record are no longer needed. */
  done(record: WireRecord): void {
    this.#found.delete(record);
  }
}

function fresh(): Trail {
  return { count: 0, next: { c2s: 0, s2c: 0 }, waiting: { c2s: [], s2c: [] } };
}

/** `segments` are those of the record's direction, in the order of their offsets. */
function carriersAmong(segments: readonly Numbered[], { offset, raw }: WireRecord): Carrier[] {
  const end = offset + raw.length;
  const carriers: Carrier[] = [];
  for (let at = firstAfter(segments, offset); at < segments.length; at++) {
    const segment = segments[at] as Numbered;
    if (segment.offset >= end) break;
    if (segment.kind === 'gap') continue;
    const { index, time, length } = segment;
    const first = Math.max(segment.offset, offset) - offset;
    const last = Math.min(segment.offset + length, end) - offset;
    carriers.push({ index, time, offset: segment.offset, length, start: first, end: last });
  }
  return carriers;
}

/** Index of the first segment that ends after `offset`. The segments are in the order of their offsets. */
function firstAfter(segments: readonly Numbered[], offset: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { offset: start, length } = segments[middle] as Numbered;
    if (start + length > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
