/**
 * The bench: a person stands in the path in the place of Mallory and decides by hand what becomes of each unit. What is heard
 * is kept up to a cap, so that it can be sent again later; what is held is never dropped by itself.
 */
import type { LayerName } from '#protocol/wires';
import type { Entrance } from '#tap/detour';
import type { Address } from '#tap/tap';
import { Mallory, type Towards, type Unit } from '../mallory/mallory.ts';
import { withLength } from '../mallory/units.ts';
import { type BenchEvent, BenchFault, type Held, type Hold, type Look } from './model.ts';
import { Remembered } from './remembered.ts';

/** What may wait in one connection. A sender that goes on beyond it is cut off: nobody looks at so much. */
export interface HeldCaps {
  readonly units: number;
  readonly bytes: number;
}

const USUAL_CAPS: HeldCaps = { units: 10_000, bytes: 4 * 1024 * 1024 };

export interface BenchOptions {
  /** Where the server is: on this machine, else `between` throws. */
  readonly target: Address;
  /** What stands outermost on its wire. */
  readonly layer: LayerName | undefined;
  /** Where clients connect; 0 picks a free port. */
  readonly port?: number;
  /** Reads what is heard: its title, and whether a breakpoint is there. */
  readonly look: Look;
  readonly tell: (event: BenchEvent) => void;
  readonly caps?: HeldCaps;
}

/** A direction of a connection. */
type Way = Pick<Unit, 'connection' | 'towards'>;

export class Bench {
  readonly #look: Look;
  readonly #layer: LayerName | undefined;
  readonly #tell: (event: BenchEvent) => void;
  readonly #caps: HeldCaps;
  readonly #remembered = new Remembered();
  /** In the order in which they came, of all connections. */
  #held: Held[] = [];
  /** Directions whose sender has ended them while something was held there. */
  readonly #ending = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isPaused = false;
  /** The flow of the connection that is joined just now. */
  #joined: number | undefined;
  #mallory: Mallory | undefined;
  #last = 0;

  static async between(options: BenchOptions): Promise<Bench> {
    const { target, layer, port = 0 } = options;
    const bench = new Bench(options);
    const watcher = {
      opened: (connection: number) => bench.#opened(connection),
      midway: (...gone: Parameters<Look['midway']>) => bench.#look.midway(...gone),
      ending: (connection: number, towards: Towards) => bench.#ended(connection, towards),
      closed: (connection: number) => bench.#closed(connection),
    };
    bench.#mallory = await Mallory.between(target, layer, { watcher, port });
    bench.#mallory.rule = (unit) => bench.#hear(unit);
    return bench;
  }

  private constructor({ layer, look, tell, caps = USUAL_CAPS }: BenchOptions) {
    this.#layer = layer;
    this.#look = look;
    this.#tell = tell;
    this.#caps = caps;
  }

  /** Where a client connects that takes the bench for the server. */
  get address(): Address {
    return this.#path.address;
  }

  get held(): readonly Held[] {
    return this.#held;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Comes into the middle of a connection that stands already: after these bytes, which the look is shown first. */
  join(flow: number, entrance: Entrance, goneBy: Readonly<Record<Towards, Uint8Array>>): void {
    this.#joined = flow;
    this.#path.join(entrance, goneBy);
    this.#joined = undefined;
  }

  /** Every unit is held from now on. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Passes on all that is held, and holds only what a breakpoint is for. */
  resume(): void {
    this.#isPaused = false;
    // What waits behind a unit goes on with it.
    for (let [first] = this.#held; first; [first] = this.#held) this.pass(first.id);
  }

  /** Passes on the oldest of what is held, and nothing else. Throws `BenchFault` when nothing is held. */
  step(): void {
    const [first] = this.#held;
    if (!first) throw new BenchFault('nothing_held', 'nothing is held');
    this.#isPaused = true;
    this.pass(first.id);
  }

  /**
   * Passes a held unit on, also before others that came earlier. Throws `BenchFault`, as all that follow, for an unknown number. A
   * receiver that is gone is told of by an event.
   */
  pass(id: number): void {
    const held = this.#take(id);
    const how = held.bytes === held.heard ? 'passed' : 'changed';
    for (let time = 0; time < held.times; time++)
      if (!this.#sent(held, held.bytes, how, id)) this.#tell({ kind: 'undelivered', id });
    this.#next(held);
  }

  drop(id: number): void {
    const held = this.#take(id);
    this.#tell({ kind: 'dropped', id });
    this.#next(held);
  }

  /** What will go on in place of a held unit. `fit`: the length in its header is put right, as Mallory would; noise would not. */
  replace(id: number, bytes: Uint8Array, { fit }: { readonly fit: boolean }): Held {
    const held = this.#find(id);
    return this.#change({ ...held, bytes: fit ? withLength(bytes, this.#layer) : bytes });
  }

  /** A held unit will go on once more than before. */
  duplicate(id: number): Held {
    const held = this.#find(id);
    return this.#change({ ...held, times: held.times + 1 });
  }

  /** Changes places with the held unit before or behind it in its direction, if there is one. */
  move(id: number, by: 'earlier' | 'later'): void {
    const held = this.#find(id);
    const own = this.#held.filter(
      ({ connection, towards }) => connection === held.connection && towards === held.towards,
    );
    const other = own[own.indexOf(held) + (by === 'earlier' ? -1 : 1)];
    if (!other) return;
    this.#held = this.#held.map((each) => (each === held ? other : each === other ? held : each));
  }

  /** Passes a held unit on by itself after so many milliseconds; what comes behind it waits, too. */
  delay(id: number, milliseconds: number): Held {
    const held = this.#change({ ...this.#find(id), hold: 'delayed' });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#held.some((each) => each.id === id)) this.pass(id);
    }, milliseconds);
    this.#timers.add(timer);
    return held;
  }

  /** Sends a unit again that was heard before, in its own connection or in another. */
  replay(id: number, connection?: number): void {
    const old = this.#remembered.find(id);
    if (!old) throw new BenchFault('unknown_unit', `there is no unit ${id}, or it came too long ago`);
    const to = { connection: connection ?? old.connection, towards: old.towards };
    if (!this.#sent(to, old.bytes, 'again', id)) throw closedFault(to.connection);
  }

  /** Sends bytes that nobody has said. */
  inject(connection: number, towards: Towards, bytes: Uint8Array): void {
    if (!this.#sent({ connection, towards }, bytes, 'injected')) throw closedFault(connection);
  }

  /** Ends a connection at once, at both ends. */
  cut(connection: number): void {
    if (!this.#path.isOpen(connection)) throw closedFault(connection);
    this.#path.cut(connection);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#path.close();
  }

  get #path(): Mallory {
    return this.#mallory as Mallory;
  }

  #hear(unit: Unit): readonly Uint8Array[] {
    const id = ++this.#last;
    const seen = this.#look.unit(unit);
    const { connection, towards, bytes } = unit;
    const hold = this.#whyHeld(unit, seen.isBreakpoint);
    this.#remembered.keep({ id, connection, towards, bytes });
    const heard = { id, connection, towards, heard: bytes, bytes, times: 1, title: seen.title };
    if (hold) this.#held.push({ ...heard, hold });
    this.#tell({ kind: 'heard', unit: heard, records: seen.records, ...(hold && { hold }) });
    if (!hold) return [bytes];
    if (this.#isOverfull(connection)) {
      this.#tell({ kind: 'overfull', connection });
      this.#path.cut(connection);
    }
    return [];
  }

  #whyHeld(unit: Unit, isBreakpoint: boolean): Hold | undefined {
    if (isBreakpoint) return 'breakpoint';
    if (this.#isPaused) return 'paused';
    return this.#firstOf(unit) && 'behind';
  }

  #isOverfull(connection: number): boolean {
    const own = this.#held.filter((held) => held.connection === connection);
    const bytes = own.reduce((sum, held) => sum + held.bytes.length, 0);
    return own.length > this.#caps.units || bytes > this.#caps.bytes;
  }

  /** The oldest of what is held in a direction of a connection. */
  #firstOf({ connection, towards }: Way): Held | undefined {
    return this.#held.find((held) => held.connection === connection && held.towards === towards);
  }

  #opened(connection: number): void {
    const joined = this.#joined;
    this.#look.opened(connection);
    this.#tell({ kind: 'opened', connection, ...(joined !== undefined && { joined }) });
  }

  /** An end waits until all that came before it has gone on. */
  #ended(connection: number, towards: Towards): boolean {
    this.#tell({ kind: 'ended', connection, towards });
    const isHeld = this.#firstOf({ connection, towards }) !== undefined;
    if (isHeld) this.#ending.add(`${connection} ${towards}`);
    return !isHeld;
  }

  #closed(connection: number): void {
    const lost = this.#held.filter((held) => held.connection === connection).map(({ id }) => id);
    this.#held = this.#held.filter((held) => held.connection !== connection);
    for (const towards of ['server', 'client'] as const) this.#ending.delete(`${connection} ${towards}`);
    this.#look.closed(connection);
    this.#tell({ kind: 'closed', connection, lost });
  }

  #find(id: number): Held {
    const held = this.#held.find((each) => each.id === id);
    if (!held) throw new BenchFault('not_held', `unit ${id} is not held`);
    return held;
  }

  #take(id: number): Held {
    const held = this.#find(id);
    this.#held = this.#held.filter((each) => each !== held);
    return held;
  }

  #change(changed: Held): Held {
    this.#held = this.#held.map((held) => (held.id === changed.id ? changed : held));
    return changed;
  }

  /** False when the receiver takes nothing any more. */
  #sent(
    { connection, towards }: Way,
    bytes: Uint8Array,
    how: Extract<BenchEvent, { kind: 'sent' }>['how'],
    of?: number,
  ): boolean {
    if (!this.#path.send(connection, towards, bytes)) return false;
    this.#tell({ kind: 'sent', connection, towards, bytes, how, ...(of !== undefined && { of }) });
    return true;
  }

  /** What waited only for a unit that is gone goes on; so does the end of the direction, once nothing is held there. */
  #next({ connection, towards }: Way): void {
    const next = this.#firstOf({ connection, towards });
    if (next?.hold === 'behind' && !this.#isPaused) return this.pass(next.id);
    if (!next && this.#ending.delete(`${connection} ${towards}`)) this.#path.finish(connection, towards);
  }
}

function closedFault(connection: number): BenchFault {
  return new BenchFault('connection_closed', `connection ${connection} is not open`);
}
