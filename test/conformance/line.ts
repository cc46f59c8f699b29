/** Two channels joined in memory, and the ways in which bytes get from one to the other. */
import type { Channel, ChannelEvent } from '#channel/contract';
import { concat } from '#protocol/bytes';

export interface Pair {
  readonly client: Channel;
  readonly server: Channel;
}

/** What one side sends in one call, in turn. */
export interface Say {
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
}

export type Delivery = (wire: Uint8Array[]) => Iterable<Uint8Array>;

/** How wire bytes reach the other side. */
export const DELIVERIES: Record<string, Delivery> = {
  'as they were sent': (wire) => wire,
  'glued together': (wire) => [concat(wire)],
  'a byte at a time': (wire) => bytewise(concat(wire)),
  'in uneven pieces': (wire) => uneven(concat(wire)),
};

export type Side = Say['from'];
export const SIDES = ['client', 'server'] as const;

/** Two channels and the wire between them. Nothing moves until `settle`, so whatever was sent in the meantime can be glued together. */
export class Line {
  readonly pair: Pair;
  readonly #deliver: Delivery;
  readonly #underway: Record<Side, Uint8Array[]> = { client: [], server: [] };
  readonly #events: Record<Side, ChannelEvent[]> = { client: [], server: [] };
  readonly #heard: Record<Side, Uint8Array[]> = { client: [], server: [] };

  constructor(pair: Pair, deliver: Delivery) {
    this.pair = pair;
    this.#deliver = deliver;
  }

  /** Starts both sides and lets them finish their handshake. */
  open(): void {
    for (const side of SIDES) {
      for (const event of this.pair[side].start()) this.#take(side, event);
    }
    this.settle();
  }

  say({ from, bytes }: Say): void {
    this.#underway[from].push(...this.pair[from].send(bytes));
  }

  close(side: Side, code: 'done' | 'bad_record_mac'): void {
    this.#underway[side].push(this.pair[side].close(code));
  }

  /** Delivers until nothing is under way. */
  settle(): void {
    while (this.#underway.client.length + this.#underway.server.length > 0) {
      this.#deliverTo('server', 'client');
      this.#deliverTo('client', 'server');
    }
  }

  events(side: Side): readonly ChannelEvent[] {
    return this.#events[side];
  }

  /** Plain bytes that arrived at `side`. */
  heard(side: Side): Uint8Array {
    return concat(this.#heard[side]);
  }

  #deliverTo(side: Side, from: Side): void {
    const wire = this.#underway[from].splice(0);
    for (const piece of this.#deliver(wire)) {
      this.pair[side].push(piece);
      for (let event = this.pair[side].next(); event; event = this.pair[side].next()) this.#take(side, event);
    }
  }

  #take(side: Side, event: ChannelEvent): void {
    this.#events[side].push(event);
    if (event.kind === 'write') this.#underway[side].push(event.bytes);
    // Valid until the next push only, so it is copied, as the owner of a socket would have to do.
    if (event.kind === 'plain') this.#heard[side].push(event.bytes.slice());
  }
}

export function* bytewise(bytes: Uint8Array): Generator<Uint8Array> {
  for (let i = 0; i < bytes.length; i++) yield bytes.subarray(i, i + 1);
}

/** Pieces of 1, 3, 9, 27, … bytes: powers of three modulo the prime 4,099. */
function* uneven(bytes: Uint8Array): Generator<Uint8Array> {
  let at = 0;
  for (let size = 1; at < bytes.length; size = (size * 3) % 4_099) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
