/** The flows of a paced dissection that have something unread, and the order in which they are read. */
import type { Flow } from './flow.ts';

/**
 * How many milliseconds one flow is read ahead of the others: changing from flow to flow then costs little, and
 * records are still found nearly in the order of time.
 */
const STRIDE = 100;

export class Backlog {
  readonly #flows = new Map<number, Flow>();
  /** Flows of a lower rank are read before those of a higher one. */
  rankOf: (id: number) => number = () => 0;

  /** Adds a flow that may have something to read. If it has nothing, it is asked once in vain. */
  add(id: number, flow: Flow): void {
    this.#flows.set(id, flow);
  }

  drop(id: number): void {
    this.#flows.delete(id);
  }

  /** True when this flow may have something unread. */
  has(id: number): boolean {
    return this.#flows.has(id);
  }

  get unread(): number {
    let count = 0;
    for (const flow of this.#flows.values()) count += flow.unread;
    return count;
  }

  /**
   * Reads until `enough` says so or nothing is left: the lowest rank first, and within a rank the oldest.
   * Returns the ids of the flows it read.
   */
  readOn(enough: () => boolean): Set<number> {
    const read = new Set<number>();
    while (this.#flows.size > 0 && !enough()) {
      const first = this.#firstRank();
      const until = oldest(first) + STRIDE;
      for (const [id, flow] of first) {
        const next = flow.nextUnread;
        if (next !== undefined && next > until) continue;
        flow.readOn(until, enough);
        read.add(id);
        if (flow.unread === 0) this.#flows.delete(id);
        if (enough()) break;
      }
    }
    return read;
  }

  #firstRank(): ReadonlyMap<number, Flow> {
    const ranks = [...this.#flows.keys()].map(this.rankOf);
    const lowest = ranks.reduce((least, rank) => Math.min(least, rank), Infinity);
    return new Map([...this.#flows].filter((_flow, place) => ranks[place] === lowest));
  }
}

function oldest(flows: ReadonlyMap<number, Flow>): number {
  let found = Infinity;
  for (const flow of flows.values()) found = Math.min(found, flow.nextUnread ?? -Infinity);
  return found;
}
