/** Slots at something that takes a limited number at a time, in all and from each network (`networkOf`). */
import { isLoopback, networkOf } from './addresses.ts';

export interface SlotCaps {
  readonly total: number;
  /** Slots of one network. Loopback, where this machine's own programs come from, may have them all. */
  readonly perNetwork: number;
}

export class ConnectionSlots {
  readonly #caps: SlotCaps;
  readonly #byNetwork = new Map<string, number>();
  #taken = 0;

  constructor(caps: SlotCaps) {
    this.#caps = caps;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes a slot for this address; gives what hands it back, to be called once, or `undefined` when there is none. */
  take(address: string): (() => void) | undefined {
    const { total, perNetwork } = this.#caps;
    if (this.#taken >= total) return undefined;
    const network = networkOf(address);
    const before = this.#byNetwork.get(network) ?? 0;
    if (before >= perNetwork && !isLoopback(address)) return undefined;
    this.#taken += 1;
    this.#byNetwork.set(network, before + 1);
    return () => this.#release(network);
  }

  #release(network: string): void {
    this.#taken -= 1;
    const left = (this.#byNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
  }
}
