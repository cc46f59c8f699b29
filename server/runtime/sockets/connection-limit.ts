/** Admits connections up to a limit, counted on the whole server and for each network (`networkOf`). */
import type { Socket } from 'node:net';
import type { Defence } from '../defence/defence.ts';
import { ConnectionSlots } from '#protocol/connection-slots';
import type { WireName } from '#protocol/messages';

/** Bytes that crossed the sockets. */
export interface Traffic {
  readonly in: number;
  readonly out: number;
}

interface Origin {
  readonly address: string;
  readonly port: number;
  readonly wire: WireName;
}

export class ConnectionLimit {
  readonly #slots: ConnectionSlots;
  readonly #sockets = new Map<Socket, Origin>();
  /** Traffic of sockets that have closed. */
  readonly #past = new Map<WireName, Traffic>();

  constructor({ connections, connectionsPerAddress }: Defence) {
    this.#slots = new ConnectionSlots({ total: connections, perNetwork: connectionsPerAddress });
  }

  /** Raw sockets of all wires or of one, including those still in a handshake. */
  sockets(wire?: WireName): Socket[] {
    const all = [...this.#sockets];
    return all.filter(([, origin]) => wire === undefined || origin.wire === wire).map(([socket]) => socket);
  }

  get count(): number {
    return this.#sockets.size;
  }

  /** Bytes that crossed the sockets of each wire, including those of TLS. The sockets count them at no extra cost. */
  traffic(): ReadonlyMap<WireName, Traffic> {
    const sums = new Map(this.#past);
    for (const [socket, { wire }] of this.#sockets) sums.set(wire, plus(sums.get(wire), socket));
    return sums;
  }

  /** The same for each open socket, by `flowName`. */
  trafficByFlow(): ReadonlyMap<string, Traffic> {
    const all = [...this.#sockets];
    return new Map(
      all.map(([socket, { wire, address, port }]) => [
        flowName(wire, `${address}:${port}`),
        plus(undefined, socket),
      ]),
    );
  }

  /** Admits the socket until it closes; false when the limit is reached. */
  admit(socket: Socket, origin: Origin): boolean {
    const release = this.#slots.take(origin.address);
    if (!release) return false;
    this.#sockets.set(socket, origin);
    socket.once('close', () => {
      release();
      this.#sockets.delete(socket);
      this.#past.set(origin.wire, plus(this.#past.get(origin.wire), socket));
    });
    return true;
  }
}

/** The wire, and the peer as `address:port`: no two open connections have both in common. */
export function flowName(wire: WireName, peer: string): string {
  return `${wire} ${peer}`;
}

function plus(sum: Traffic | undefined, { bytesRead, bytesWritten }: Socket): Traffic {
  return { in: (sum?.in ?? 0) + bytesRead, out: (sum?.out ?? 0) + bytesWritten };
}
