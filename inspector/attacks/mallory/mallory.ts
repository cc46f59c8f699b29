/**
 * Mallory on the path: she passes on what comes, unit by unit, unless she has something else in mind. She has no key. All that she
 * does is done to connections of this machine.
 */
import { once } from 'node:events';
import { type AddressInfo, BlockList, type Server, type Socket, connect, createServer } from 'node:net';
import { EMPTY, fromHex } from '#protocol/bytes';
import type { LayerName } from '#protocol/wires';
import type { Entrance } from '#tap/detour';
import type { Address } from '#tap/tap';
import { UnitSplitter } from './units.ts';

export type Towards = 'server' | 'client';

export interface Unit {
  /** Of the connection, from 1. */
  readonly connection: number;
  readonly towards: Towards;
  /** Of those in this direction, from 0. */
  readonly number: number;
  readonly bytes: Uint8Array;
  /** Milliseconds since Mallory began. */
  readonly time: number;
}

export interface Wanted {
  /** Among those from this place in `heard` on. */
  readonly since?: number;
  readonly connection?: number;
  readonly towards?: Towards;
  readonly fits?: (unit: Unit) => boolean;
}

/** What goes on in place of a unit: nothing, itself, something else, or several of them. */
export type Rule = (unit: Unit) => readonly Uint8Array[];

const PASS: Rule = ({ bytes }) => [bytes];

/** What somebody else decides about the connections, where that is not what a bare path does. */
export interface Watcher {
  readonly opened: (connection: number) => void;
  /** Bytes went on as they came: the rest of a unit that began before she came in. */
  readonly midway: (connection: number, towards: Towards, bytes: Uint8Array) => void;
  /** The sender of this direction has ended it. False: the end is not passed on yet. */
  readonly ending: (connection: number, towards: Towards) => boolean;
  readonly closed: (connection: number) => void;
}

const NOBODY: Watcher = {
  opened: () => undefined,
  midway: () => undefined,
  ending: () => true,
  closed: () => undefined,
};

type Units = LayerName | 'as it comes' | undefined;
type GoneBy = Readonly<Record<Towards, Uint8Array>>;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');

function checkOwn({ host }: Address): void {
  if (!LOOPBACK.check(host))
    throw new Error(`attacks are run against 127.0.0.1 and nothing else; got ${host}`);
}

export class Mallory {
  /** All that she has heard, in order; nothing while somebody else watches, who keeps what is wanted. */
  readonly heard: Unit[] = [];
  rule: Rule = PASS;
  readonly #watcher: Watcher | undefined;
  #target: Address;
  readonly #layer: LayerName | undefined;
  #units: Units;
  readonly #server: Server;
  readonly #ways = new Map<number, Way>();
  readonly #waiting = new Set<() => void>();
  readonly #begun = performance.now();
  #connections = 0;

  /** Takes the place of `target`. Throws for an address that is not of this machine. */
  static async between(
    target: Address,
    layer: LayerName | undefined,
    { watcher, port = 0 }: { readonly watcher?: Watcher; readonly port?: number } = {},
  ): Promise<Mallory> {
    checkOwn(target);
    const mallory = new Mallory(target, layer, watcher);
    mallory.#server.listen(port, '127.0.0.1');
    await once(mallory.#server, 'listening');
    return mallory;
  }

  private constructor(target: Address, layer: LayerName | undefined, watcher: Watcher | undefined) {
    this.#target = target;
    this.#layer = layer;
    this.#units = layer;
    this.#watcher = watcher;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Where a client connects that takes her for the server. */
  get address(): Address {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  /**
   * Leads new connections somewhere else; with `as it comes`, to a wire that may be another one, so that she cuts nothing into units.
   * Throws for an address that is not of this machine.
   */
  redirect(target: Address, units?: 'as it comes'): void {
    checkOwn(target);
    this.#target = target;
    this.#units = units ?? this.#layer;
  }

  /**
   * Comes into the middle of a connection that stands already, after these bytes. Throws for an address that is not of this machine.
   */
  join({ names, ...address }: Entrance, goneBy: GoneBy): void {
    checkOwn(address);
    const named = (name: string): Socket => {
      const socket = connect({ ...address, noDelay: true, allowHalfOpen: true });
      socket.write(fromHex(name));
      return socket;
    };
    this.#stand({ client: named(names.client), server: named(names.server) }, goneBy);
  }

  /** The number of the newest connection. */
  get newest(): number {
    return this.#connections;
  }

  /** Sends bytes of her own over an open connection; false when it is not open any more. */
  send(connection: number, towards: Towards, bytes: Uint8Array): boolean {
    return this.#ways.get(connection)?.send(towards, bytes) ?? false;
  }

  /** Ends a direction in an orderly way, as its sender would. */
  finish(connection: number, towards: Towards): void {
    this.#ways.get(connection)?.finish(towards);
  }

  /** Ends a connection at once, at both ends. */
  cut(connection: number): void {
    this.#ways.get(connection)?.cut();
  }

  isOpen(connection: number): boolean {
    return this.#ways.has(connection);
  }

  /**
   * Resolves with the first unit that fits, past or future. With `connection` set, it resolves with `undefined` once that has
   * ended without one.
   */
  async unit<W extends Wanted>(
    wanted: W,
  ): Promise<W extends { readonly connection: number } ? Unit | undefined : Unit>;
  async unit(wanted: Wanted): Promise<Unit | undefined> {
    const { connection } = wanted;
    const found = await this.#until(() => {
      const unit = this.#find(wanted);
      const isOver = connection !== undefined && !this.isOpen(connection);
      return unit || isOver ? { unit } : undefined;
    });
    return found.unit;
  }

  async close(): Promise<void> {
    for (const way of this.#ways.values()) way.cut();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await closed;
  }

  #find({ since = 0, connection, towards, fits = () => true }: Wanted): Unit | undefined {
    for (let at = since; at < this.heard.length; at++) {
      const unit = this.heard[at] as Unit;
      const isHere = connection === undefined || unit.connection === connection;
      if (isHere && (towards === undefined || unit.towards === towards) && fits(unit)) return unit;
    }
    return undefined;
  }

  #until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const again = (): void => {
        const found = look();
        if (found === undefined) return;
        this.#waiting.delete(again);
        resolve(found);
      };
      this.#waiting.add(again);
      again();
    });
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  #accept(client: Socket): void {
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true });
    this.#stand({ client, server });
  }

  #stand(sockets: Readonly<Record<Towards, Socket>>, goneBy?: GoneBy): void {
    const connection = ++this.#connections;
    const watcher = this.#watcher ?? NOBODY;
    const way = new Way(sockets, splittersFor(this.#units, goneBy), {
      midway: (towards, bytes) => watcher.midway(connection, towards, bytes),
      unit: (towards, number, bytes) => this.#hear({ connection, towards, number, bytes, time: this.#time }),
      ending: (towards) => watcher.ending(connection, towards),
      closed: () => {
        this.#ways.delete(connection);
        watcher.closed(connection);
        this.#wake();
      },
    });
    this.#ways.set(connection, way);
    watcher.opened(connection);
  }

  get #time(): number {
    return performance.now() - this.#begun;
  }

  #hear(unit: Unit): readonly Uint8Array[] {
    if (!this.#watcher) this.heard.push(unit);
    const instead = this.rule(unit);
    this.#wake();
    return instead;
  }
}

function splittersFor(units: Units, goneBy?: GoneBy): Readonly<Record<Towards, UnitSplitter>> {
  const splitters = { server: new UnitSplitter(units), client: new UnitSplitter(units) };
  for (const towards of ['server', 'client'] as const) splitters[towards].goneBy(goneBy?.[towards] ?? EMPTY);
  return splitters;
}

interface WayEvents {
  readonly midway: (towards: Towards, bytes: Uint8Array) => void;
  readonly unit: (towards: Towards, number: number, bytes: Uint8Array) => readonly Uint8Array[];
  readonly ending: (towards: Towards) => boolean;
  readonly closed: () => void;
}

/** One connection through her hands. */
class Way {
  readonly #sockets: Readonly<Record<Towards, Socket>>;
  readonly #events: WayEvents;
  #isOver = false;

  constructor(
    sockets: Readonly<Record<Towards, Socket>>,
    splitters: Readonly<Record<Towards, UnitSplitter>>,
    events: WayEvents,
  ) {
    this.#sockets = sockets;
    this.#events = events;
    this.#forward(sockets.client, 'server', splitters.server);
    this.#forward(sockets.server, 'client', splitters.client);
  }

  send(towards: Towards, bytes: Uint8Array): boolean {
    const socket = this.#sockets[towards];
    return socket.writable && (socket.write(bytes), true);
  }

  finish(towards: Towards): void {
    this.#sockets[towards].end();
  }

  cut(): void {
    for (const socket of Object.values(this.#sockets)) socket.destroy();
  }

  #forward(from: Socket, towards: Towards, splitter: UnitSplitter): void {
    let number = 0;
    from.on('data', (bytes: Buffer) => {
      const begun = bytes.subarray(0, splitter.midway(bytes));
      if (begun.length > 0) {
        this.#events.midway(towards, begun);
        this.send(towards, begun);
      }
      for (const unit of splitter.push(bytes.subarray(begun.length)))
        for (const piece of this.#events.unit(towards, number++, unit)) this.send(towards, piece);
    });
    from.on('end', () => {
      const rest = splitter.rest();
      if (rest.length > 0) this.send(towards, rest);
      if (this.#events.ending(towards)) this.finish(towards);
    });
    // One side is gone: the other learns it in the same way.
    from.on('error', () => this.cut());
    from.on('close', () => {
      if (this.#isOver || !Object.values(this.#sockets).every(({ closed }) => closed)) return;
      this.#isOver = true;
      this.#events.closed();
    });
  }
}
