/** Clients that seem to come from anywhere: a server that believes what a test says of its peers. */
import type { Endpoint } from '#runtime/server';

export class Addresses {
  readonly #byPort = new Map<number, string>();
  /** Where connections from now on seem to come from. */
  next = '203.0.113.1';

  /** For `ServerOptions.peerOf`. A connection keeps the address it came with. */
  readonly peerOf = (_wire: unknown, { remotePort }: { remotePort?: number | undefined }): Endpoint => {
    const port = remotePort ?? 0;
    const address = this.#byPort.get(port) ?? this.next;
    this.#byPort.set(port, address);
    return { address, port };
  };

  /** The kernel reuses ports: those of closed connections are forgotten. */
  forget(): void {
    this.#byPort.clear();
  }
}
