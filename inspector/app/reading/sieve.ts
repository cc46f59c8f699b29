/** Finds the matching records of a list, part by part. While the list only grows, the results are kept. */
import type { WireRecord } from '#dissect/model';
import { sharedLength } from './merge.ts';

export class Sieve {
  #records: readonly WireRecord[] = [];
  #fits: (record: WireRecord) => boolean = () => true;
  /** How many records were tested. */
  #asked = 0;
  #found: WireRecord[] = [];
  /** Positions of the matching records. */
  readonly #places: number[] = [];

  /** How many records are still to be tested. */
  get left(): number {
    return this.#records.length - this.#asked;
  }

  /** The records found so far, in the order of the list. The array belongs to the caller. */
  get found(): WireRecord[] {
    return this.#found.slice();
  }

  /** Sets another test: all records are tested again. */
  ask(fits: (record: WireRecord) => boolean): void {
    this.#fits = fits;
    this.#keep(0);
  }

  /** Sets another list. Records with which both lists begin are not tested again. */
  over(records: readonly WireRecord[]): void {
    this.#keep(Math.min(this.#asked, sharedLength(this.#records, records)));
    this.#records = records;
  }

  /** Continues until `enough` returns true or nothing is left. */
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
