/** Distributes events to listeners and readers. Events before the first reader are kept for it. */
import { EventQueue } from './event-queue.ts';

export class EventHub<T> {
  readonly #cap: number;
  readonly #listeners = new Set<(event: T) => void>();
  readonly #queues = new Set<EventQueue<T>>();
  #backlog: EventQueue<T> | undefined;
  #ended = false;

  constructor(cap: number) {
    this.#cap = cap;
    this.#backlog = this.#newQueue();
  }

  emit(event: T): void {
    for (const queue of this.#queues) queue.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Returns a function that ends the subscription. */
  subscribe(listener: (event: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  reader(): EventQueue<T> {
    const queue = this.#backlog ?? this.#newQueue();
    this.#backlog = undefined;
    if (this.#ended) queue.end();
    return queue;
  }

  end(): void {
    this.#ended = true;
    for (const queue of this.#queues) queue.end();
    this.#queues.clear();
  }

  #newQueue(): EventQueue<T> {
    const queue = new EventQueue<T>(this.#cap, () => this.#queues.delete(queue));
    this.#queues.add(queue);
    return queue;
  }
}
