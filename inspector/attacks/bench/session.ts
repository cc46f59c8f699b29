/** A bench in a world of its own: ana talks through it, ben hears what arrives, and a page says what becomes of each unit. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFilter } from '#dissect/filter/index';
import { compilePattern } from '#dissect/filter/pattern';
import { BENCH_CAPS, type BenchEventInHex, type BenchMessage, type BenchOrder } from '#dissect/page-bench';
import { fromHex, toHex } from '#protocol/bytes';
import { unitOf } from '../mallory/units.ts';
import { mutter } from '../scene.ts';
import type { Person } from '../person.ts';
import { type Target, outermost } from '../targets.ts';
import type { World } from '../world.ts';
import { Bench } from './bench.ts';
import { type BenchEvent, BenchFault } from './model.ts';
import { UnitReader } from './reader.ts';

type Tell = (message: BenchMessage) => void;

const SECRET_MODE = 0o600;

export class BenchSession {
  readonly #world: World;
  readonly #tell: Tell;
  readonly #reader: UnitReader;
  readonly #layer: ReturnType<typeof outermost>;
  #bench: Bench | undefined;
  #ana: Person | undefined;
  #isTelling = false;
  /** Names that ana has come in with: the server keeps that of somebody who was cut off for a while. */
  #entries = 0;

  /** Resolves when ana and ben are in the room. */
  static async open(world: World, tell: Tell): Promise<BenchSession> {
    const { target } = world;
    const session = new BenchSession(world, tell);
    const bench = await Bench.between({
      target: world.address(),
      layer: outermost(target),
      look: session.#reader,
      tell: (event) => session.#happens(event),
      caps: { units: BENCH_CAPS.heldUnits, bytes: BENCH_CAPS.heldBytes },
    });
    session.#bench = bench;
    world.atTheEnd(() => bench.close());
    await world.ben();
    await session.#enters();
    session.#breaks(usualBreakpoint(target));
    const { port } = bench.address;
    const command = await commandFor(world, port);
    tell({ type: 'open', target: target.id, wire: target.wire, port, command });
    return session;
  }

  private constructor(world: World, tell: Tell) {
    this.#world = world;
    this.#tell = tell;
    this.#layer = outermost(world.target);
    // Mallory has no key.
    this.#reader = new UnitReader(world.target.wire);
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
    this.#ana = await this.#world.anaBy(this.#path.address, name);
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

/** What is held at first: what ana says, or all that her client sends where nobody without a key can tell. */
function usualBreakpoint({ wire }: Target): string {
  return wire === 'plain' ? 'msg.type == "say"' : 'dir == c2s';
}

function inHex(event: BenchEvent): BenchEventInHex {
  if (event.kind === 'heard') {
    const { id, connection, towards, bytes, title } = event.unit;
    const unit = { id, connection, towards, title, bytes: toHex(bytes) };
    return { kind: 'heard', unit, hold: event.hold ?? null };
  }
  if (event.kind !== 'sent') return event;
  return { ...event, bytes: toHex(event.bytes), of: event.of ?? null };
}

/** With the files that a client needs, in the folder of this process. */
async function commandFor({ target, psk, certificates }: World, port: number): Promise<string> {
  const words = [`npx wireglass chat --wire ${target.wire} --port ${port} --name cai`];
  const kept = async (option: string, name: string, text: string): Promise<void> => {
    const file = join(tmpdir(), name);
    await writeFile(file, text, { mode: SECRET_MODE });
    words.push(`${option} ${file}`);
  };
  if (target.wire.includes('psk')) await kept('--psk-file', 'psk.keys', `${psk.id}:${toHex(psk.key)}\n`);
  if (target.suite) words.push(`--suite ${target.suite.name}`);
  if (target.wire.includes('tls')) await kept('--ca', 'ca.pem', certificates.server.ca);
  return words.join(' ');
}
