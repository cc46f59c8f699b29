/** The records of a list that fit, found a part at a time. Where the list only grows, what was found is kept. */
import type { WireRecord } from '#dissect/model';
import { sharedLength } from './merge.ts';

export class Sieve {
  #records: readonly WireRecord[] = [];
  #fits: (record: WireRecord) => boolean = () => true;
  /** How many records were asked. */
  #asked = 0;
  #found: WireRecord[] = [];
  /** Places of what was found. */
  readonly #places: number[] = [];

  /** Records that were not asked yet. */
  get left(): number {
    return this.#records.length - this.#asked;
  }

  /** What was found so far, in the order of the list. The caller's own. */
  get found(): WireRecord[] {
    return this.#found.slice();
  }

  /** Another question: everything is asked again. */
  ask(fits: (record: WireRecord) => boolean): void {
    this.#fits = fits;
    this.#keep(0);
  }

  /** Another list. Records that both begin with are not asked again. */
  over(records: readonly WireRecord[]): void {
    this.#keep(Math.min(this.#asked, sharedLength(this.#records, records)));
    this.#records = records;
  }

  /** Asks on until `enough` says so or nothing is left. */
  readOn(enough: () => boolean): void {
    while (this.left > 0) {
      const place = this.#asked++;
      const record = this.#records[place] as WireRecord;
      if (this.#fits(record)) {
        this.#found.push(record);
        this.#places.push(place);
      }
      if (enough()) return;
    }
  }

  #keep(count: number): void {
    this.#asked = count;
    while ((this.#places.at(-1) ?? -1) >= count) this.#places.pop();
    this.#found = this.#found.slice(0, this.#places.length);
  }
}
