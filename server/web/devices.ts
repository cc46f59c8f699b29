/** Which other machines have reached the page's port since the start: how many, and when the last one did. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { plainAddress } from '#protocol/addresses';
import { checkSameMachine } from './guard.ts';

/** Addresses that are remembered: more than a room has. */
const MAX_DEVICES = 1_000;

export interface DevicesSeen {
  /** Addresses, at most `MAX_DEVICES`. */
  readonly count: number;
  /** Milliseconds since 1970; null before the first. */
  readonly last: number | null;
}

export class Devices {
  readonly #clock: () => number;
  readonly #addresses = new Set<string>();
  #last: number | null = null;

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  get seen(): DevicesSeen {
    return { count: this.#addresses.size, last: this.#last };
  }

  /** Counts every connection of this server from now on, whether or not its requests are allowed. */
  watch(server: Server): void {
    server.prependListener('connection', (socket: Socket) => {
      if (!checkSameMachine(socket)) return;
      this.#last = this.#clock();
      if (this.#addresses.size < MAX_DEVICES) this.#addresses.add(plainAddress(socket.remoteAddress));
    });
  }
}
