/** Sorts records by the time of their completion, as far as a window of bounded size allows. */
import type { WireRecord } from '#dissect/model';

export interface TimeOrderLimits {
  readonly records: number;
  readonly bytes: number;
}

export const TIME_ORDER_LIMITS: TimeOrderLimits = { records: 4_000, bytes: 8 * 1024 ** 2 };

/**
 * Records need sorting because connections are read one after the other, some thousand segments of each at a time, and
 * because a file need not be in order of time.
 */
export class TimeOrder {
  readonly #limits: TimeOrderLimits;
  #records: WireRecord[] = [];
  #bytes = 0;

  constructor(limits = TIME_ORDER_LIMITS) {
    this.#limits = limits;
  }

  add(record: WireRecord): void {
    this.#records.push(record);
    this.#bytes += record.raw.length;
  }

  /** The earlier half of the waiting records, when there are too many. */
  ready(): WireRecord[] {
    const isFull = this.#records.length > this.#limits.records || this.#bytes > this.#limits.bytes;
    return isFull ? this.#take(Math.ceil(this.#records.length / 2)) : [];
  }

  /** All waiting records. */
  rest(): WireRecord[] {
    return this.#take(this.#records.length);
  }

  #take(count: number): WireRecord[] {
    this.#records.sort(inOrder);
    const taken = this.#records.slice(0, count);
    this.#records = this.#records.slice(count);
    for (const { raw } of taken) this.#bytes -= raw.length;
    return taken;
  }
}

function inOrder(a: WireRecord, b: WireRecord): number {
  return a.time - b.time || a.flow - b.flow || a.index - b.index;
}
