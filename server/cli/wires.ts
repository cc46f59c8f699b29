/** The wires of a running workbench: opened at the start, and stopped and started again by the operator. */
import { counted } from '#protocol/shown';
import { WIRE_NAMES, type WireName, channelsOf, wireByName } from '#protocol/wires';
import type { ChatServer, ListenAddress } from '#runtime/server';
import { type WeakSuites, weakNames, weakWithinReach } from '#runtime/sockets/loopback-only';
import type { Tap } from '#tap/tap';
import type { WireRow } from '#web/operator/answers';
import { NotNowError } from '#web/operator/requests';
import { type WantedPort, openPort } from './ports.ts';

/** Where a wire listens, and which port was wanted if that one was in use. */
export interface Listening {
  readonly wire: WireName;
  readonly address: ListenAddress;
  /** The server behind the tap; without a tap the same as `address`. */
  readonly server: ListenAddress;
  readonly insteadOf: number | undefined;
}

export interface WiresOptions {
  readonly server: ChatServer;
  /** What the psk wires accept. */
  readonly weak: WeakSuites;
  /** The taps in front of the wires, which this fills; absent without taps. */
  readonly tapping?: Tapping | undefined;
}

export interface Tapping {
  readonly taps: Map<WireName, Tap>;
  readonly start: (wire: WireName, listen: ListenAddress, target: ListenAddress) => Promise<Tap>;
}

const INNER: ListenAddress = { host: '127.0.0.1', port: 0 };

export class Wires {
  readonly #server: ChatServer;
  readonly #weak: WeakSuites;
  readonly #tapping: Tapping | undefined;
  readonly #listening = new Map<WireName, Listening>();
  readonly #stopped = new Set<WireName>();
  /** The last change of each wire: the next one waits for it. */
  readonly #turns = new Map<WireName, Promise<unknown>>();

  constructor({ server, weak, tapping }: WiresOptions) {
    this.#server = server;
    this.#weak = weak;
    this.#tapping = tapping;
  }

  get listening(): readonly Listening[] {
    return [...this.#listening.values()];
  }

  /** Opens all wires. If a port is in use that was not asked for by name, a free one takes its place. */
  async open(wanted: Readonly<Record<WireName, WantedPort>>): Promise<void> {
    for (const wire of WIRE_NAMES) {
      // With a tap, the server itself listens on a free loopback port.
      const inner = this.#tapping && (await this.#server.listen(wire, INNER));
      const { result: address, insteadOf } = await openPort(`the ${wire} wire`, wanted[wire], (listen) =>
        this.#listen(wire, listen, inner),
      );
      this.#listening.set(wire, { wire, address, server: inner ?? address, insteadOf });
    }
  }

  get taps(): Iterable<Tap> {
    return this.#tapping?.taps.values() ?? [];
  }

  rows(): WireRow[] {
    const counts = new Map<WireName, number>();
    for (const { wire } of this.#server.hub.connections.values())
      counts.set(wire, (counts.get(wire) ?? 0) + 1);
    return this.listening.map(({ wire, address }) => ({
      wire,
      ...address,
      state: this.#stopped.has(wire) ? ('stopped' as const) : ('open' as const),
      connections: counts.get(wire) ?? 0,
      ...this.#weaknessOf(wire, address),
    }));
  }

  #weaknessOf(wire: WireName, { host }: ListenAddress): Pick<WireRow, 'weak_suites' | 'weak_on_lan'> {
    const suites = channelsOf(wireByName(wire)).includes('psk') ? weakNames(this.#weak) : [];
    return {
      weak_suites: [...suites],
      weak_on_lan: suites.length > 0 && weakWithinReach(this.#weak, [host]),
    };
  }

  /** Resolves when its clients have been told and are gone. Rejects with `NotNowError` if it is stopped already. */
  stop(wire: WireName): Promise<WireRow> {
    return this.#inTurn(wire, async () => {
      if (this.#stopped.has(wire))
        throw new NotNowError('stopped_already', `the ${wire} wire is stopped already`);
      this.#stopped.add(wire);
      const before = this.#row(wire);
      const tap = this.#tapping?.taps.get(wire);
      tap?.refuse();
      await this.#server.stopWire(wire);
      // The server's goodbye has passed the tap by now.
      await tap?.close();
      this.#audit('wire.stopped', wire, counted(before.connections, 'connection'));
      return this.#row(wire);
    });
  }

  /** Resolves when it listens again where it listened before. Rejects with `NotNowError` if it cannot. */
  start(wire: WireName): Promise<WireRow> {
    return this.#inTurn(wire, async () => {
      if (!this.#stopped.has(wire)) throw new NotNowError('open_already', `the ${wire} wire is open already`);
      const { address, server } = this.#of(wire);
      try {
        const inner = this.#tapping && (await this.#server.listen(wire, server));
        await this.#listen(wire, address, inner);
      } catch (cause) {
        await this.#server.stopWire(wire);
        throw cannotListen(wire, address, cause as NodeJS.ErrnoException);
      }
      this.#stopped.delete(wire);
      this.#audit('wire.started', wire);
      return this.#row(wire);
    });
  }

  async closeTaps(): Promise<void> {
    await Promise.all([...this.taps].map((tap) => tap.close()));
  }

  /** Where clients connect: at the server itself, or with `inner` at the tap in front of it. */
  async #listen(
    wire: WireName,
    listen: ListenAddress,
    inner: ListenAddress | undefined,
  ): Promise<ListenAddress> {
    if (!inner || !this.#tapping) return this.#server.listen(wire, listen);
    const tap = await this.#tapping.start(wire, listen, inner);
    this.#tapping.taps.set(wire, tap);
    return tap.address;
  }

  #of(wire: WireName): Listening {
    return this.#listening.get(wire) as Listening;
  }

  #row(wire: WireName): WireRow {
    return this.rows().find((row) => row.wire === wire) as WireRow;
  }

  #inTurn<T>(wire: WireName, change: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(wire) ?? Promise.resolve()).then(change);
    this.#turns.set(
      wire,
      turn.catch(() => undefined),
    );
    return turn;
  }

  #audit(event: 'wire.stopped' | 'wire.started', via: WireName, detail?: string): void {
    const entry = { ts: Date.now(), event, actor: 'operator', via };
    this.#server.audit({ ...entry, ...(detail !== undefined && { detail }) });
  }
}

function cannotListen(
  wire: WireName,
  { host, port }: ListenAddress,
  error: NodeJS.ErrnoException,
): NotNowError {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'another program uses this port now; stop that program first'
      : error.message;
  return new NotNowError(
    'cannot_listen',
    `the ${wire} wire cannot listen on ${host}:${port}: ${reason}`,
    error,
  );
}
