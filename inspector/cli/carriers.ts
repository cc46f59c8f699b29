/** Which TCP segments carried a record: boundaries of their own, that know nothing of records. */
import type { DeliveredSegment } from '#dissect/flow-steps';
import type { Dissection } from '#dissect/index';
import type { Direction, WireRecord } from '#dissect/model';

export interface Carrier {
  /** Position among the segments of its flow, both directions together, in the order of arrival. */
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Place of the segment's first byte in its direction of the flow. */
  readonly offset: number;
  /** Bytes of the segment, those of other records included. */
  readonly length: number;
  /** The bytes of the record's `raw` that it carried. */
  readonly start: number;
  readonly end: number;
}

type Numbered = DeliveredSegment & { readonly index: number };

export class Carriers {
  readonly #dissection: Dissection;
  readonly #flows = new Map<number, Record<Direction, readonly Numbered[]>>();

  constructor(dissection: Dissection) {
    this.#dissection = dissection;
  }

  /** Segments with bytes of this record, in the order of their bytes. */
  of({ flow, dir, offset, raw }: WireRecord): Carrier[] {
    const segments = this.#segments(flow)[dir];
    const end = offset + raw.length;
    const carriers: Carrier[] = [];
    for (let at = firstBehind(segments, offset); at < segments.length; at++) {
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

  #segments(flow: number): Record<Direction, readonly Numbered[]> {
    const known = this.#flows.get(flow);
    if (known) return known;
    const all = this.#dissection.segments(flow).map((segment, index) => ({ ...segment, index }));
    const made = {
      c2s: all.filter(({ dir }) => dir === 'c2s'),
      s2c: all.filter(({ dir }) => dir === 's2c'),
    };
    this.#flows.set(flow, made);
    return made;
  }
}

/** Index of the first segment that ends behind `offset`; they lie in the order of their offsets. */
function firstBehind(segments: readonly Numbered[], offset: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { offset: start, length } = segments[middle] as Numbered;
    if (start + length > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
