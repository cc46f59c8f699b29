/** Events on their way into the view: handed on when there is time for them, and held back while paused. */
import type { TapEvent } from '#dissect/model';

/** Events that a paused view holds back; whoever keeps more than that asks the tap again when the view goes on. */
const MAX_HELD = 200_000;
/** Events handed on between two looks at the clock. */
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

  /** Events that may be handed on. */
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

  /** Hands events to `take`, in their order, until `enough` says so, all are gone or the view is paused. */
  handOn(take: (events: readonly TapEvent[]) => void, enough: () => boolean): void {
    while (this.ready > 0) {
      take(this.#waiting.slice(this.#next, (this.#next += PORTION)));
      if (this.#next >= this.#waiting.length) this.clear();
      if (enough()) return;
    }
  }

  /** Drops what waits of these flows: the tap has let go of them. */
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
