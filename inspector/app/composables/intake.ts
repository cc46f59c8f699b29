/** Events on their way into the view: gathered, and handed on once per animation frame; held back while paused. */
import type { TapEvent } from '#dissect/model';

export class Intake {
  readonly #take: (events: readonly TapEvent[]) => void;
  #waiting: TapEvent[] = [];
  #frame = 0;
  #paused = false;

  constructor(take: (events: readonly TapEvent[]) => void) {
    this.#take = take;
  }

  /** Events held back by the pause. */
  get held(): number {
    return this.#paused ? this.#waiting.length : 0;
  }

  push(events: readonly TapEvent[]): void {
    for (const event of events) this.#waiting.push(event);
    this.#schedule();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#schedule();
  }

  /** Drops what waits of these flows: the tap has let go of them. */
  drop(flows: readonly number[]): void {
    const gone = new Set(flows);
    this.#waiting = this.#waiting.filter((event) => event.kind === 'secret' || !gone.has(event.flow));
  }

  clear(): void {
    this.#waiting = [];
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#waiting = [];
  }

  #schedule(): void {
    if (this.#paused || this.#frame !== 0 || this.#waiting.length === 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#paused) return;
      const events = this.#waiting;
      this.#waiting = [];
      if (events.length > 0) this.#take(events);
    });
  }
}
