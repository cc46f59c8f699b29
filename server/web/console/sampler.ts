/** Measures the server, second by second. Counting is left to the counters that exist: here they are only read. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import type { ChatServer, Stopwatch } from '#runtime/server';
import type { Sample, Timing } from '../operator/answers.ts';
import { connectionsByWire } from '../operator/views.ts';

/** Milliseconds between two looks at the event loop. A look is late by at least this: the histogram includes it. */
const RESOLUTION = 20;
const NANOSECONDS = 1e6;

class Times {
  #count = 0;
  #sum = 0;
  #max = 0;

  add(milliseconds: number): void {
    this.#count++;
    this.#sum += milliseconds;
    this.#max = Math.max(this.#max, milliseconds);
  }

  /** Those since the last call. */
  take(): Timing | null {
    const timing =
      this.#count === 0 ? null : { count: this.#count, mean: this.#sum / this.#count, max: this.#max };
    [this.#count, this.#sum, this.#max] = [0, 0, 0];
    return timing;
  }
}

interface Totals {
  /** On the scale of `performance.now()`. */
  readonly at: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly traffic: ReturnType<ChatServer['traffic']>;
}

export class Sampler implements Stopwatch {
  readonly #commits = new Times();
  readonly #deliveries = new Times();
  readonly #lag: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  /** A server that has just started has done nothing yet. */
  #before: Totals = { at: performance.now(), messages: 0, deliveries: 0, traffic: new Map() };

  constructor() {
    this.#lag.enable();
  }

  readonly committed = (_messages: number, took: number): void => this.#commits.add(took);
  readonly delivered = (_messages: number, took: number): void => this.#deliveries.add(took);

  /** What has happened since the last call, as rates. */
  take(server: ChatServer): Sample {
    const now = totalsOf(server);
    const before = this.#before;
    this.#before = now;
    const seconds = Math.max(0.001, (now.at - before.at) / 1_000);
    const { rss, heapUsed } = process.memoryUsage();
    const sample = {
      time: Date.now(),
      messages: (now.messages - before.messages) / seconds,
      deliveries: (now.deliveries - before.deliveries) / seconds,
      wires: ratesOf(before, now, seconds, connectionsByWire(server)),
      commit: this.#commits.take(),
      delivery: this.#deliveries.take(),
      lag: { mean: lateness(this.#lag.mean), max: lateness(this.#lag.max) },
      memory: { resident: rss, heap: heapUsed },
      queue: [...server.hub.connections.values()].reduce((sum, { backlog }) => sum + backlog, 0),
    };
    this.#lag.reset();
    return sample;
  }

  end(): void {
    this.#lag.disable();
  }
}

function totalsOf(server: ChatServer): Totals {
  const { messages, deliveries } = server.hub.tally;
  return { at: performance.now(), messages, deliveries, traffic: server.traffic() };
}

function ratesOf(
  before: Totals,
  now: Totals,
  seconds: number,
  connections: ReadonlyMap<WireName, number>,
): Sample['wires'] {
  const rate = (wire: WireName, way: 'in' | 'out'): number =>
    ((now.traffic.get(wire)?.[way] ?? 0) - (before.traffic.get(wire)?.[way] ?? 0)) / seconds;
  const rows = WIRE_NAMES.map((wire) => [
    wire,
    { in: rate(wire, 'in'), out: rate(wire, 'out'), connections: connections.get(wire) ?? 0 },
  ]);
  return Object.fromEntries(rows) as Sample['wires'];
}

/** Nothing was measured in a second in which the loop was blocked throughout, or in the first one. */
function lateness(nanoseconds: number): number {
  const late = nanoseconds / NANOSECONDS - RESOLUTION;
  return Number.isFinite(late) && late > 0 && late < 1e9 ? late : 0;
}
