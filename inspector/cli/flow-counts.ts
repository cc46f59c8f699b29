/** Counts of each flow, kept up while its records are found: nothing of a record is kept once it is counted. */
import type { FlowSummary, WireRecord } from '#dissect/model';
import type { Selection } from './selection.ts';
import { StatsCounter } from './traffic-stats.ts';

interface Counted {
  readonly reading: number;
  readonly counter: StatsCounter;
}

export class FlowCounts {
  readonly #selection: Selection;
  readonly #flows = new Map<number, Counted>();

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** Counts what was found of a flow so far; for the early call, while a file is still being read. */
  found(id: number): void {
    // A filter may ask what only the end of a flow tells.
    if (!this.#selection.matches) this.#count(id, () => true);
  }

  /** All that was found of this flow and is among the selected. */
  of(flow: FlowSummary): StatsCounter {
    const { matches } = this.#selection;
    return this.#count(flow.id, matches ? (record) => matches(record, flow) : () => true);
  }

  #count(id: number, counts: (record: WireRecord) => boolean): StatsCounter {
    const taken = this.#selection.dissection.take(id);
    const known = this.#flows.get(id);
    const counter = known && known.reading === taken?.reading ? known.counter : new StatsCounter();
    if (taken) this.#flows.set(id, { reading: taken.reading, counter });
    for (const record of taken?.records ?? []) if (counts(record)) counter.add(record);
    return counter;
  }
}
