/** `/ws/tap` for one page: what the tap holds, then the events as they happen, no faster than the page reads them. */
import { type StreamedEvent, type TapStreamMessage, toStreamed } from '#dissect/page-stream';
import { type Recorder, type TapChange, changeCost } from '#tap/recorder';
import type { PageSocket } from './page-socket.ts';

const MEBIBYTE = 1024 * 1024;
/** Bytes that a page may lag behind, in addition to what the tap held when it came. */
export const LIVE_BACKLOG = 16 * MEBIBYTE;
/** Raw bytes in one text: hex doubles them, and the page shows the first events before the last have come. */
const BATCH_BYTES = 128 * 1024;
const BATCH_EVENTS = 1_000;
/** The socket is given no more while this many bytes wait in it, so that heartbeats do not queue up behind them. */
const HIGH_WATER = MEBIBYTE;

/** What a page is shown of the taps: all of it, or a part. */
export type TapSource = Pick<Recorder, 'events' | 'subscribe' | 'held' | 'cap' | 'now'>;

/** Streams `source` to the page until the returned function is called. */
export function streamTap(
  page: PageSocket<TapStreamMessage>,
  source: TapSource,
  liveBacklog: number = LIVE_BACKLOG,
): () => void {
  const stream = new TapStream(page, source.events(), liveBacklog);
  const stop = source.subscribe((change) => stream.push(change));
  stream.start();
  return stop;
}

class TapStream {
  readonly #page: PageSocket<TapStreamMessage>;
  readonly #cap: number;
  #queue: TapChange[];
  /** Index of the first change that has not been sent. */
  #next = 0;
  #waiting: number;
  #scheduled = false;

  constructor(page: PageSocket<TapStreamMessage>, held: TapChange[], liveBacklog: number) {
    this.#page = page;
    this.#queue = held;
    this.#waiting = held.reduce((sum, change) => sum + changeCost(change), 0);
    this.#cap = this.#waiting + liveBacklog;
  }

  start(): void {
    this.#pump();
  }

  push(change: TapChange): void {
    if (!this.#page.open) return;
    this.#queue.push(change);
    this.#waiting += changeCost(change);
    if (this.#waiting > this.#cap) {
      this.#queue = [];
      this.#page.fail('too_slow', 'the page does not keep up with the traffic; load it again');
      return;
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    // The events of one turn of the event loop are sent together.
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#page.open && this.#next < this.#queue.length && this.#page.backlog < HIGH_WATER) {
      this.#page.send(this.#takeBatch(), () => this.#pump());
    }
    if (this.#next * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
  }

  #takeBatch(): TapStreamMessage {
    const events: StreamedEvent[] = [];
    let bytes = 0;
    while (this.#next < this.#queue.length && events.length < BATCH_EVENTS && bytes < BATCH_BYTES) {
      const change = this.#queue[this.#next] as TapChange;
      if (change.kind === 'forget' && events.length > 0) break;
      this.#next++;
      this.#waiting -= changeCost(change);
      if (change.kind === 'forget') return { type: 'forget', flows: change.flows };
      events.push(toStreamed(change));
      bytes += changeCost(change);
    }
    return { type: 'events', events };
  }
}
