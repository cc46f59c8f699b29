/**
 * How long a peer has been silent, and since when it owes the rest of something: milliseconds of a clock that never
 * goes back, which the caller reads.
 */

/** What bytes are part of: a channel's record, and the frame inside. Either may begin and end within the other. */
type Unit = 'record' | 'frame';

export class Silence {
  #heardAt: number;
  readonly #begunAt: Partial<Record<Unit, number>> = {};

  constructor(now: number) {
    this.#heardAt = now;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** When the oldest unit began whose rest is owed; `undefined` when none is. */
  get unfinishedSince(): number | undefined {
    const { record, frame } = this.#begunAt;
    if (record === undefined || frame === undefined) return record ?? frame;
    return Math.min(record, frame);
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  /** A unit is whole. What of its kind is owed after this has begun later. */
  completed(unit: Unit): void {
    delete this.#begunAt[unit];
  }

  /** How many bytes of a unit lie there, once all that has arrived is used up. None: nothing is owed. */
  owes(unit: Unit, pending: number): void {
    if (pending === 0) delete this.#begunAt[unit];
    else this.#begunAt[unit] ??= this.#heardAt;
  }
}
