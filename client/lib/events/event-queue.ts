/** A queue of events for one reader. It is bounded: a slow reader loses the oldest events, and is told so. */
export interface Lagged {
  readonly type: 'lagged';
  /** How many events were lost at this point. */
  readonly dropped: number;
}

export class EventQueue<T> implements AsyncIterableIterator<T | Lagged> {
  readonly #cap: number;
  readonly #onReturn: () => void;
  #events: T[] = [];
  #head = 0;
  #dropped = 0;
  #ended = false;
  readonly #waiting: ((result: IteratorResult<T | Lagged>) => void)[] = [];

  constructor(cap: number, onReturn: () => void = () => undefined) {
    this.#cap = cap;
    this.#onReturn = onReturn;
  }

  push(event: T): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting) return waiting({ done: false, value: event });
    this.#events.push(event);
    if (this.#events.length - this.#head <= this.#cap) return;
    this.#shift();
    this.#dropped += 1;
  }

  /** No more events will come. Queued ones can still be taken. */
  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<T | Lagged>> {
    if (this.#dropped > 0) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      return Promise.resolve({ done: false, value: { type: 'lagged', dropped } });
    }
    if (this.#head < this.#events.length) return Promise.resolve({ done: false, value: this.#shift() });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T | Lagged>> {
    this.#events = [];
    this.#head = 0;
    this.#dropped = 0;
    this.end();
    this.#onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Moving the head is cheaper than moving every event; the array is cut once half of it is used up. */
  #shift(): T {
    const event = this.#events[this.#head] as T;
    this.#head += 1;
    if (this.#head * 2 >= this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return event;
  }
}
