/**
 * How long a peer has been silent, and how long it has owed the rest of a record or frame, in milliseconds of a monotonic
 * clock that the caller reads.
 */

/** The units that bytes belong to: a channel's record, and the frame inside. Either may begin and end within the other. */
type Unit = 'record' | 'frame';

export class PeerActivity {
  #heardAt: number;
  readonly #begunAt: Partial<Record<Unit, number>> = {};

  constructor(now: number) {
    this.#heardAt = now;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** When the oldest incomplete unit began; `undefined` when there is none. */
  get unfinishedSince(): number | undefined {
    const { record, frame } = this.#begunAt;
    if (record === undefined || frame === undefined) return record ?? frame;
    return Math.min(record, frame);
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  /** A unit is complete. The next incomplete one of its kind begins later. */
  completed(unit: Unit): void {
    delete this.#begunAt[unit];
  }

  /** `pending` bytes of an incomplete unit are left once everything that has arrived is used up; 0 if there is none. */
  owes(unit: Unit, pending: number): void {
    if (pending === 0) delete this.#begunAt[unit];
    else this.#begunAt[unit] ??= this.#heardAt;
  }
}
