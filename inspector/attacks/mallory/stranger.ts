/** A bare TCP connection of Mallory's own: bytes out, bytes in. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { EMPTY, concat } from '#protocol/bytes';
import type { LayerName } from '#protocol/wires';
import type { Address } from '#tap/tap';
import { UnitSplitter } from './units.ts';

export class Stranger {
  heard: Uint8Array = EMPTY;
  readonly #splitter: UnitSplitter;
  #units = 0;
  /** Settles when the connection is over. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;

  /** `layer` is the outermost of the wire. */
  static async connect(address: Address, layer: LayerName | undefined): Promise<Stranger> {
    const socket = connect({ ...address, noDelay: true });
    await once(socket, 'connect');
    return new Stranger(socket, new UnitSplitter(layer));
  }

  private constructor(socket: Socket, splitter: UnitSplitter) {
    this.#socket = socket;
    this.#splitter = splitter;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      this.heard = concat([this.heard, bytes]);
      this.#units += this.#splitter.push(bytes).length;
    });
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Ends her direction in an orderly way. */
  finish(): void {
    this.#socket.end();
  }

  /** Resolves once so many units have come, or the connection is over. */
  answered(units: number): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#units < units) return;
        this.#socket.off('data', look);
        resolve();
      };
      this.#socket.on('data', look);
      look();
    });
    return Promise.race([enough, this.ended]);
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.ended;
  }
}
