/** Events on their way into the view: passed on when there is time, and held back while paused. */
import type { TapEvent } from '#dissect/model';

/** How many events a paused view holds back; beyond that, it asks the tap for everything again when it resumes. */
const MAX_HELD = 200_000;
/** How many events are passed on between two looks at the clock. */
const PORTION = 500;

export class Intake {
  readonly #maxHeld: number;
  #waiting: TapEvent[] = [];
  #next = 0;
  #paused = false;

  constructor(maxHeld = MAX_HELD) {
    this.#maxHeld = maxHeld;
  }

  /** Events held back by the pause. */
  get held(): number {
    return this.#paused ? this.#count : 0;
  }

  /** True when no more may be held back. */
  get full(): boolean {
    return this.held >= this.#maxHeld;
  }

  /** How many events may be passed on. */
  get ready(): number {
    return this.#paused ? 0 : this.#count;
  }

  get #count(): number {
    return this.#waiting.length - this.#next;
  }

  push(events: readonly TapEvent[]): void {
    for (const event of events) this.#waiting.push(event);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
  }

  /** Passes events to `take` in order, until `enough` returns true, none is left, or the view is paused. */
  handOn(take: (events: readonly TapEvent[]) => void, enough: () => boolean): void {
    while (this.ready > 0) {
      take(this.#waiting.slice(this.#next, (this.#next += PORTION)));
      if (this.#next >= this.#waiting.length) this.clear();
      if (enough()) return;
    }
  }

  /** Drops the waiting events of these flows, which the tap has dropped. */
  drop(flows: readonly number[]): void {
    const gone = new Set(flows);
    this.#waiting = this.#waiting
      .slice(this.#next)
      .filter((event) => event.kind === 'secret' || !gone.has(event.flow));
    this.#next = 0;
  }

  clear(): void {
    this.#waiting = [];
    this.#next = 0;
  }
}
