/**
 * Mallory on the path: she passes on what comes, unit by unit, unless she has something else in mind. She has no key. All that she
 * does is done to connections of this machine.
 */
import { once } from 'node:events';
import { type AddressInfo, BlockList, type Server, type Socket, connect, createServer } from 'node:net';
import type { LayerName } from '#protocol/wires';
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
  /** The sender of this direction has ended it. False: the end is not passed on yet. */
  readonly ending: (connection: number, towards: Towards) => boolean;
  readonly closed: (connection: number) => void;
}

const NOBODY: Watcher = { opened: () => undefined, ending: () => true, closed: () => undefined };

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
    this.#watcher = watcher;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Where a client connects that takes her for the server. */
  get address(): Address {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  /** Leads new connections somewhere else. Throws for an address that is not of this machine. */
  redirect(target: Address): void {
    checkOwn(target);
    this.#target = target;
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
    const connection = ++this.#connections;
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true });
    const watcher = this.#watcher ?? NOBODY;
    const way = new Way({ client, server }, this.#layer, {
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

interface WayEvents {
  readonly unit: (towards: Towards, number: number, bytes: Uint8Array) => readonly Uint8Array[];
  readonly ending: (towards: Towards) => boolean;
  readonly closed: () => void;
}

/** One connection through her hands. */
class Way {
  readonly #sockets: Readonly<Record<Towards, Socket>>;
  readonly #events: WayEvents;
  #isOver = false;

  constructor(sockets: Readonly<Record<Towards, Socket>>, layer: LayerName | undefined, events: WayEvents) {
    this.#sockets = sockets;
    this.#events = events;
    this.#forward(sockets.client, 'server', new UnitSplitter(layer));
    this.#forward(sockets.server, 'client', new UnitSplitter(layer));
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
      for (const unit of splitter.push(bytes))
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
