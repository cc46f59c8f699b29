/** Who gets a place: counts connections, on the whole server and from each address. */
import type { Socket } from 'node:net';
import { isLoopback } from './addresses.ts';
import type { Defence } from './defence.ts';

export class Admission {
  readonly #defence: Defence;
  readonly #sockets = new Map<Socket, string>();
  readonly #byAddress = new Map<string, number>();

  constructor(defence: Defence) {
    this.#defence = defence;
  }

  /** Raw sockets, those still in a handshake too. */
  get sockets(): Iterable<Socket> {
    return this.#sockets.keys();
  }

  get count(): number {
    return this.#sockets.size;
  }

  /** Takes the socket in, until it closes; false when there is no place for it. */
  admit(socket: Socket, address: string): boolean {
    const { connections, connectionsPerAddress } = this.#defence;
    if (this.#sockets.size >= connections) return false;
    const before = this.#byAddress.get(address) ?? 0;
    if (before >= connectionsPerAddress && !isLoopback(address)) return false;
    this.#sockets.set(socket, address);
    this.#byAddress.set(address, before + 1);
    socket.once('close', () => this.#release(socket, address));
    return true;
  }

  #release(socket: Socket, address: string): void {
    this.#sockets.delete(socket);
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
