/**
 * The ends of connections, one object for each end, so that ends compare by identity and connections are found
 * by number.
 */
import { formatAddress } from './addresses.ts';

export interface CapturedEndpoint {
  readonly address: string;
  readonly port: number;
  /** Counts from 1; below 2^26. */
  readonly id: number;
}

/** As many as connections can need; connections of further endpoints are left out. */
const MAX_ENDPOINTS = 2 ** 20;

export class Endpoints {
  readonly #byAddress = new Map<string | number, Map<number, CapturedEndpoint>>();
  #count = 0;

  /** `address` is 4 or 16 bytes. `undefined` when there are too many. */
  of(address: Uint8Array, port: number): CapturedEndpoint | undefined {
    const key = keyOf(address);
    const ports = this.#byAddress.get(key);
    const known = ports?.get(port);
    if (known) return known;
    if (this.#count >= MAX_ENDPOINTS) return undefined;
    const made = { address: formatAddress(address), port, id: ++this.#count };
    if (ports) ports.set(port, made);
    else this.#byAddress.set(key, new Map([[port, made]]));
    return made;
  }
}

/** A number that is the same for both directions and for no other two endpoints. */
export function pairOf(a: CapturedEndpoint, b: CapturedEndpoint): number {
  return a.id < b.id ? a.id * 2 ** 26 + b.id : b.id * 2 ** 26 + a.id;
}

/** Texts are made once for each address; a key must be cheap, because it is made for each packet. */
function keyOf(address: Uint8Array): string | number {
  const [a, b, c, d] = address as unknown as [number, number, number, number];
  if (address.length === 4) return a * 0x1000000 + b * 0x10000 + c * 0x100 + d;
  return String.fromCharCode(...address);
}
