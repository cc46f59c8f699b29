/** Admits connections up to a limit, counted on the whole server and for each network (`networkOf`). */
import type { Socket } from 'node:net';
import type { Defence } from '../defence/defence.ts';
import { isLoopback, networkOf } from '#protocol/addresses';
import type { WireName } from '#protocol/messages';

/** Bytes that crossed the sockets. */
export interface Traffic {
  readonly in: number;
  readonly out: number;
}

interface Place {
  readonly address: string;
  readonly wire: WireName;
}

export class Admission {
  readonly #defence: Defence;
  readonly #sockets = new Map<Socket, Place>();
  readonly #byNetwork = new Map<string, number>();
  /** Traffic of sockets that have closed. */
  readonly #past = new Map<WireName, Traffic>();

  constructor(defence: Defence) {
    this.#defence = defence;
  }

  /** Raw sockets, including those still in a handshake. */
  get sockets(): Iterable<Socket> {
    return this.#sockets.keys();
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

  /** Admits the socket until it closes; false when the limit is reached. */
  admit(socket: Socket, place: Place): boolean {
    const { address } = place;
    const { connections, connectionsPerAddress } = this.#defence;
    if (this.#sockets.size >= connections) return false;
    const network = networkOf(address);
    const before = this.#byNetwork.get(network) ?? 0;
    if (before >= connectionsPerAddress && !isLoopback(address)) return false;
    this.#sockets.set(socket, place);
    this.#byNetwork.set(network, before + 1);
    socket.once('close', () => this.#release(socket, place));
    return true;
  }

  #release(socket: Socket, { address, wire }: Place): void {
    this.#sockets.delete(socket);
    this.#past.set(wire, plus(this.#past.get(wire), socket));
    const network = networkOf(address);
    const left = (this.#byNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
  }
}

function plus(sum: Traffic | undefined, { bytesRead, bytesWritten }: Socket): Traffic {
  return { in: (sum?.in ?? 0) + bytesRead, out: (sum?.out ?? 0) + bytesWritten };
}
