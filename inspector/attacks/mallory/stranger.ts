/** A bare TCP connection of Mallory's own: bytes out, bytes in. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { EMPTY, concat, showUtf8 } from '#protocol/bytes';
import type { Address } from '#tap/tap';

export class Stranger {
  heard: Uint8Array = EMPTY;
  /** Settles when the connection is over. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;

  static async connect(address: Address): Promise<Stranger> {
    const socket = connect({ ...address, noDelay: true });
    await once(socket, 'connect');
    return new Stranger(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => (this.heard = concat([this.heard, bytes])));
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Resolves once what came matches, as text. */
  hears(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!pattern.test(showUtf8(this.heard))) return;
        this.#socket.off('data', look);
        resolve();
      };
      this.#socket.on('data', look);
      look();
    });
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.ended;
  }
}
