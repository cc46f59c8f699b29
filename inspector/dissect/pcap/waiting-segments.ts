/** Segments of one direction that wait for the bytes before them. */

/** What a segment brings for its direction. */
export interface Part {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Bytes that crossed; more than `bytes` where the packet was cut short. */
  readonly length: number;
  readonly fin: boolean;
  /** What its sender had received of the other direction; `undefined` when it does not say. */
  readonly acknowledged: number | undefined;
  readonly time: number;
  /** Counts the segments of a connection in the order of the file. */
  readonly order: number;
}

export interface Waiting extends Part {
  /** Place of its first byte in the stream. Negative before a stream whose start is not settled. */
  readonly at: number;
}

export class WaitingSegments {
  /** Ordered by place, and at the same place by arrival. */
  #segments: Waiting[] = [];
  #bytes = 0;

  get all(): readonly Waiting[] {
    return this.#segments;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get head(): Waiting | undefined {
    return this.#segments[0];
  }

  /** One past the place of the last byte; 0 when nothing waits. */
  get end(): number {
    const last = this.#segments.at(-1);
    return last ? last.at + last.length : 0;
  }

  /** Returns false when a segment that waits already has what this one brings. */
  add(part: Part, at: number): boolean {
    const index = this.#indexOf(at);
    const before = this.#segments[index - 1];
    if (before?.at === at && before.length >= part.length && (before.fin || !part.fin)) return false;
    // A copy: a view would keep the piece of the file that the bytes came in.
    this.#segments.splice(index, 0, { ...part, bytes: new Uint8Array(part.bytes), at });
    this.#bytes += part.bytes.length;
    return true;
  }

  takeHead(): Waiting | undefined {
    const head = this.#segments.shift();
    this.#bytes -= head?.bytes.length ?? 0;
    return head;
  }

  /** The places are counted from another byte now. */
  moveBy(distance: number): void {
    this.#segments = this.#segments.map((segment) => ({ ...segment, at: segment.at + distance }));
  }

  /** The index after all segments that wait for the same place or an earlier one. */
  #indexOf(at: number): number {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#segments[middle] as Waiting).at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
