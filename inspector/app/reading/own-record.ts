/** Finds the record that carries a message of this page: by its text, or without keys by the time it was sent. */
import type { WireRecord } from '#dissect/model';
import type { FlowOf } from '../model/filter.ts';
import { saysIn } from '../model/messages.ts';
import { isSealed } from './news.ts';
import { LONGEST_WAY, type Saying, isOwnFlow } from '../model/sayings.ts';

export class OwnRecordReader {
  #saying: Saying | undefined;
  #position = -1;
  #record: WireRecord | undefined;

  /** `records` are in the order of time. Returns `undefined` while the record is not among them. */
  read(records: readonly WireRecord[], saying: Saying, flowOf: FlowOf): WireRecord | undefined {
    const isKnown = this.#record !== undefined && records[this.#position] === this.#record;
    if (!isKnown || this.#saying?.request !== saying.request) this.#find(records, saying, flowOf);
    this.#saying = saying;
    return this.#record;
  }

  #find(records: readonly WireRecord[], saying: Saying, flowOf: FlowOf): void {
    const own = new Map<number, boolean>();
    const isOwn = (id: number): boolean => {
      const flow = own.has(id) ? undefined : flowOf(id);
      if (flow) own.set(id, isOwnFlow(flow, saying.port ?? -1, saying.at));
      return own.get(id) ?? false;
    };
    this.#record = undefined;
    for (let at = firstFrom(records, saying.at); at < records.length; at++) {
      const record = records[at] as WireRecord;
      if (record.time > saying.at + LONGEST_WAY) return;
      if (record.dir === 'c2s' && carries(record, saying) && isOwn(record.flow)) {
        [this.#record, this.#position] = [record, at];
        return;
      }
    }
  }
}

function carries(record: WireRecord, { text, position }: Saying): boolean {
  if (!isSealed(record)) return saysIn(record, text);
  return position === undefined || (record.time === position.time && record.offset === position.offset);
}

/** Index of the first record that is not older than `time`. */
export function firstFrom(records: readonly WireRecord[], time: number): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle] as WireRecord).time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
