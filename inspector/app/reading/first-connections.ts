/** Of a capture, only the first connections are read: each costs time and memory, however little crossed it. */
import type { TapEvent } from '#dissect/model';

export class FirstConnections {
  readonly #most: number;
  readonly #read = new Set<number>();
  readonly #left = new Set<number>();

  constructor(most: number) {
    this.#most = most;
  }

  get read(): number {
    return this.#read.size;
  }

  /** How many are not read. */
  get left(): number {
    return this.#left.size;
  }

  /** Whether the event is one to read. A secret belongs to no connection. */
  takes(event: TapEvent): boolean {
    if (event.kind === 'secret' || this.#read.has(event.flow)) return true;
    const isRoom = this.#read.size < this.#most;
    (isRoom ? this.#read : this.#left).add(event.flow);
    return isRoom;
  }
}
