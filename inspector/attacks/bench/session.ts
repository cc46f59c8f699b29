/** A bench of which a page says what becomes of each unit: in front of a world of its own, or of a wire of the workbench. */
import { compileFilter } from '#dissect/filter/index';
import { compilePattern } from '#dissect/filter/pattern';
import { BENCH_CAPS, type BenchEventInHex, type BenchMessage, type BenchOrder } from '#dissect/page-bench';
import { concat, fromHex, toHex } from '#protocol/bytes';
import type { WireName } from '#protocol/messages';
import { type LayerName, wireByName } from '#protocol/wires';
import type { Direction, TapEvent } from '#dissect/model';
import type { Entrance } from '#tap/detour';
import type { Address } from '#tap/tap';
import { unitOf } from '../mallory/units.ts';
import { mutter } from '../scene.ts';
import type { Person } from '../person.ts';
import { Bench } from './bench.ts';
import { type BenchEvent, BenchFault } from './model.ts';
import { UnitReader } from './reader.ts';

type Tell = (message: BenchMessage) => void;

/** What the bench stands in front of. */
export interface Scene {
  /** Its name on the page. */
  readonly target: string;
  readonly wire: WireName;
  /** Where the server is: on this machine, else `open` rejects. */
  readonly address: Address;
  /** What is held at first. */
  readonly breakpoint: string;
  /** What connects a client through this port. */
  readonly command: (port: number) => Promise<string>;
  /** Ana comes in by this path, under this name. Absent where nobody is played. */
  readonly enter?: (path: Address, name: string) => Promise<Person>;
}

export class BenchSession {
  readonly #scene: Scene;
  readonly #tell: Tell;
  readonly #reader: UnitReader;
  readonly #layer: LayerName | undefined;
  #bench: Bench | undefined;
  #ana: Person | undefined;
  #isTelling = false;
  /** How often ana has come in: the server keeps the name of somebody who was cut off for a while. */
  #entries = 0;

  /** Resolves when everybody is in the room. */
  static async open(scene: Scene, tell: Tell): Promise<BenchSession> {
    const { target, wire, address } = scene;
    const session = new BenchSession(scene, tell);
    session.#bench = await Bench.between({
      target: address,
      layer: session.#layer,
      look: session.#reader,
      tell: (event) => session.#happens(event),
      caps: { units: BENCH_CAPS.heldUnits, bytes: BENCH_CAPS.heldBytes },
    });
    if (scene.enter) await session.#enters();
    session.#breaks(scene.breakpoint);
    const { port } = session.#bench.address;
    const command = await scene.command(port);
    tell({ type: 'open', target, wire, port, command, isOwn: scene.enter === undefined });
    return session;
  }

  private constructor(scene: Scene, tell: Tell) {
    this.#scene = scene;
    this.#tell = tell;
    this.#layer = wireByName(scene.wire).layers[0];
    // Mallory has no key.
    this.#reader = new UnitReader(scene.wire);
  }

  /** Comes into the middle of a connection that stands already. `before`: all that crossed it, and what opens it. */
  join(flow: number, entrance: Entrance, before: readonly TapEvent[]): void {
    const gone = (dir: Direction): Uint8Array =>
      concat(before.flatMap((event) => (event.kind === 'chunk' && event.dir === dir ? [event.bytes] : [])));
    this.#reader.after(before);
    this.#path.join(flow, entrance, { server: gone('c2s'), client: gone('s2c') });
  }

  /** Lets go of everything, and holds nothing more: what comes goes on as if nobody were there. */
  letGo(): void {
    this.#reader.breakpoint = undefined;
    this.#path.resume();
  }

  async close(): Promise<void> {
    await this.#bench?.close();
  }

  /** Does it, and says what cannot be done. */
  order(order: BenchOrder): void {
    try {
      this.#perform(order);
    } catch (error) {
      if (!(error instanceof BenchFault)) throw error;
      this.#tell({ type: 'impossible', message: error.message });
    }
    this.#tellHeld();
  }

  get #path(): Bench {
    return this.#bench as Bench;
  }

  #perform(order: BenchOrder): void {
    const bench = this.#path;
    switch (order.type) {
      case 'say':
        return this.#says(order.text);
      case 'enter':
        return void this.#enters().catch(() => undefined);
      case 'break':
        return this.#breaks(order.filter);
      case 'pause':
      case 'resume':
      case 'step':
        return bench[order.type]();
      case 'pass':
      case 'drop':
        return bench[order.type](order.unit);
      case 'duplicate':
        return void bench.duplicate(order.unit);
      case 'move':
        return bench.move(order.unit, order.by);
      case 'delay':
        return void bench.delay(order.unit, order.milliseconds);
      default:
        return this.#writes(order);
    }
  }

  #writes(order: Extract<BenchOrder, { type: 'replace' | 'replay' | 'inject' | 'cut' }>): void {
    const bench = this.#path;
    if (order.type === 'cut') return bench.cut(order.connection);
    if (order.type === 'replay') return bench.replay(order.unit, order.connection);
    const bytes = fromHex(order.bytes);
    if (order.type === 'inject') {
      const unit = order.framed ? unitOf(bytes, this.#layer) : bytes;
      return bench.inject(order.connection, order.towards, unit);
    }
    const { unit, edit, fit } = order;
    this.#tell({ type: 'changed', unit, edit, bytes: toHex(bench.replace(unit, bytes, { fit }).bytes) });
  }

  #says(text: string): void {
    if (this.#ana) mutter(this.#ana, text);
    else this.#tell({ type: 'impossible', message: 'ana is not in the room' });
  }

  /** Over a new connection. Rejects with `ChatError`, which she has been told of. */
  async #enters(): Promise<void> {
    const before = this.#ana;
    this.#ana = undefined;
    await before?.close();
    this.#entries++;
    const name = this.#entries === 1 ? 'ana' : `ana${this.#entries}`;
    this.#ana = await this.#scene.enter?.(this.#path.address, name);
  }

  #breaks(filter: string): void {
    const compiled = filter.trim() === '' ? undefined : compileFilter(filter, compilePattern);
    if (compiled && !compiled.ok)
      return this.#tell({ type: 'impossible', message: `breakpoint: ${compiled.reason}` });
    this.#reader.breakpoint = compiled?.matches;
    this.#tell({ type: 'breakpoint', filter });
  }

  #happens(event: BenchEvent): void {
    this.#tell({ type: 'event', event: inHex(event) });
    this.#tellHeld();
  }

  /** Once for all that happens at a time. */
  #tellHeld(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      const { held, isPaused } = this.#path;
      const units = held.map(({ id, hold, times }) => ({ id, hold, times }));
      this.#tell({ type: 'held', isPaused, units });
    });
  }
}

function inHex(event: BenchEvent): BenchEventInHex {
  if (event.kind === 'heard') {
    const { id, connection, towards, bytes, title } = event.unit;
    const unit = { id, connection, towards, title, bytes: toHex(bytes) };
    return { kind: 'heard', unit, hold: event.hold ?? null };
  }
  if (event.kind === 'opened') return { ...event, joined: event.joined ?? null };
  if (event.kind !== 'sent') return event;
  return { ...event, bytes: toHex(event.bytes), of: event.of ?? null };
}
