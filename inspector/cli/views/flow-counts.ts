/** Counts of each flow, updated while its records are found: a record is not kept once it is counted. */
import type { FlowSummary } from '#dissect/model';
import { type Selection, selected } from '../selection.ts';
import { StatsCounter } from './traffic-stats.ts';

interface Counted {
  readonly reading: number;
  readonly counter: StatsCounter;
}

export class FlowCounts {
  readonly #selection: Selection;
  readonly #flows = new Map<number, Counted>();
  /** With a filter: the counts of matching records, made at the end. */
  #fitting: ReadonlyMap<number, StatsCounter> | undefined;

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** Counts the records of a flow found so far. May be called while the file is still being read. */
  found(id: number): void {
    const taken = this.#selection.dissection.take(id);
    // A filter may depend on what is known only at the end of a flow.
    if (!taken || this.#selection.matches) return;
    const known = this.#flows.get(id);
    const counter = known && known.reading === taken.reading ? known.counter : new StatsCounter();
    this.#flows.set(id, { reading: taken.reading, counter });
    for (const record of taken.records) counter.add(record);
  }

  /** The counts of all selected records of this flow. */
  of({ id }: FlowSummary): StatsCounter {
    if (this.#selection.matches)
      return (this.#fitting ??= this.#countFitting()).get(id) ?? new StatsCounter();
    this.found(id);
    return this.#flows.get(id)?.counter ?? new StatsCounter();
  }

  #countFitting(): ReadonlyMap<number, StatsCounter> {
    const counters = new Map<number, StatsCounter>();
    for (const record of selected(this.#selection)) {
      const counter = counters.get(record.flow) ?? new StatsCounter();
      counters.set(record.flow, counter);
      counter.add(record);
    }
    return counters;
  }
}
