/**
 * What the taps have seen, in the order in which it happened, up to a cap of bytes. A flow without its beginning cannot
 * be dissected, so flows are dropped as a whole: the oldest finished ones first, then the oldest.
 */
import type { TapEvent } from '#dissect/model';
import { wallClock } from './clock.ts';
import { Packed } from './packed.ts';

const MEBIBYTE = 1024 * 1024;
/**
 * The cost of an event in addition to its bytes: the object, its place in the list, the view on the block. Measured as
 * the growth of the process with 200,000 events (Node 20): 300 bytes, of which 187 on the heap.
 */
const EVENT_COST = 300;
/** The cost of a flow in addition to its events: its two addresses, and what is kept here about it. */
const FLOW_COST = 600;
/** Flows are dropped down to this part of the cap, so that the work is spread over many events. */
const LOW_WATER = 7 / 8;

/** What a listener is told: an event, or that flows were dropped. */
export type TapChange = TapEvent | { readonly kind: 'forget'; readonly flows: readonly number[] };
export type TapListener = (change: TapChange) => void;

export interface RecorderOptions {
  /** Bytes of all flows together; events count with their cost in memory. */
  readonly cap?: number;
  /** Bytes of all secrets together; the oldest are dropped first. */
  readonly secretCap?: number;
  /** Milliseconds since 1970, with microseconds in the fraction. */
  readonly now?: () => number;
}

interface HeldFlow {
  readonly packed: Packed;
  events: number;
  bytes: number;
  /** Directions that have ended; a reset ends both. */
  ended: number;
}

export class Recorder {
  readonly cap: number;
  readonly now: () => number;
  readonly #secretCap: number;
  readonly #listeners = new Set<TapListener>();
  /** In order of opening. */
  readonly #flows = new Map<number, HeldFlow>();
  #events: TapEvent[] = [];
  #lastFlow = 0;
  #held = 0;
  #recorded = 0;
  #secretBytes = 0;

  constructor({ cap = 64 * MEBIBYTE, secretCap = 4 * MEBIBYTE, now = wallClock() }: RecorderOptions = {}) {
    this.cap = cap;
    this.now = now;
    this.#secretCap = secretCap;
  }

  /** Bytes held now, of flows and their events. Never above `cap` once `record` has returned. */
  get held(): number {
    return this.#held;
  }

  /** Events recorded since the start. */
  get recorded(): number {
    return this.#recorded;
  }

  /** A number that no other flow has, on any tap. */
  nextFlow(): number {
    return ++this.#lastFlow;
  }

  /** Records an event and tells the listeners. Events of a dropped flow are ignored. */
  record(event: TapEvent): void {
    this.#recorded++;
    if (event.kind === 'secret') return this.#recordSecret(event);
    if (event.kind === 'flow')
      this.#flows.set(event.flow, { packed: new Packed(), events: 0, bytes: 0, ended: 0 });
    const flow = this.#flows.get(event.flow);
    if (!flow) return;
    const before = flow.bytes;
    const kept = event.kind === 'chunk' ? { ...event, bytes: flow.packed.keep(event.bytes) } : event;
    flow.events += 1;
    flow.bytes = FLOW_COST + EVENT_COST * flow.events + flow.packed.held;
    this.#held += flow.bytes - before;
    if (event.kind === 'end') flow.ended += event.how === 'reset' ? 2 : 1;
    this.#events.push(kept);
    this.#tell(kept);
    if (this.#held > this.cap) this.#forget();
  }

  /** Records one key-log line, and the flow that it belongs to, if that is known. This is a `KeyLogSink`. */
  secret(line: string, flow?: number): void {
    this.record({ kind: 'secret', time: this.now(), line, ...(flow !== undefined && { flow }) });
  }

  /** Everything held now. The list belongs to the caller; the events are shared and must not be changed. */
  events(): TapEvent[] {
    return this.#events.slice();
  }

  /** Drops these flows now, with their secrets. What is still recorded of them is ignored. */
  drop(flows: readonly number[]): void {
    const gone = new Set(flows);
    for (const id of gone) this.#dropFlow(id);
    this.#events = this.#events.filter((event) => {
      if (event.flow === undefined || !gone.has(event.flow)) return true;
      if (event.kind === 'secret') this.#secretBytes -= changeCost(event);
      return false;
    });
    this.#tell({ kind: 'forget', flows: [...gone] });
  }

  /** Tells `listener` of everything from now on, in order. Returns a function that stops it. */
  subscribe(listener: TapListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #recordSecret(event: Extract<TapEvent, { kind: 'secret' }>): void {
    this.#events.push(event);
    this.#secretBytes += changeCost(event);
    this.#tell(event);
    if (this.#secretBytes > this.#secretCap) this.#forgetSecrets();
  }

  #forget(): void {
    const gone = new Set<number>();
    for (const candidates of [this.#flowsThat(finished), this.#flowsThat(() => true)]) {
      for (const id of candidates) {
        if (this.#held <= this.cap * LOW_WATER) break;
        this.#dropFlow(id);
        gone.add(id);
      }
    }
    this.#events = this.#events.filter((event) => event.kind === 'secret' || !gone.has(event.flow));
    this.#tell({ kind: 'forget', flows: [...gone] });
  }

  #dropFlow(id: number): void {
    this.#held -= this.#flows.get(id)?.bytes ?? 0;
    this.#flows.delete(id);
  }

  #flowsThat(fits: (flow: HeldFlow) => boolean): number[] {
    return [...this.#flows].filter(([, flow]) => fits(flow)).map(([id]) => id);
  }

  #forgetSecrets(): void {
    const target = this.#secretCap * LOW_WATER;
    this.#events = this.#events.filter((event) => {
      if (event.kind !== 'secret' || this.#secretBytes <= target) return true;
      this.#secretBytes -= changeCost(event);
      return false;
    });
  }

  #tell(change: TapChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const finished = (flow: HeldFlow) => flow.ended >= 2;

/** Bytes of memory that a change takes. A key-log line is ASCII: one byte per character. */
export function changeCost(change: TapChange): number {
  if (change.kind === 'chunk') return EVENT_COST + change.bytes.length;
  return change.kind === 'secret' ? EVENT_COST + change.line.length : EVENT_COST;
}
