/** Mallory with a certificate of her own: she ends the TLS of the client, begins another one with the server, and reads what is between. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Server, type TLSSocket, connect, createServer } from 'node:tls';
import { EMPTY, concat } from '#protocol/bytes';
import type { Address } from '#tap/tap';

export interface OwnIdentity {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export class TlsMiddle {
  /** What the client said inside its TLS. */
  said: Uint8Array = EMPTY;
  /** The alert with which a client has refused her: `unknown_ca`. Absent where clients close without one. */
  refusal: string | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();

  static async start(identity: OwnIdentity, target: Address): Promise<TlsMiddle> {
    const middle = new TlsMiddle(identity, target);
    middle.#server.listen(0, '127.0.0.1');
    await once(middle.#server, 'listening');
    return middle;
  }

  private constructor(identity: OwnIdentity, target: Address) {
    // OpenSSL would not let her show a weak key.
    this.#server = createServer({ ...identity, ciphers: 'DEFAULT:@SECLEVEL=0' }, (client) => {
      // She does not care who the server is: she knows.
      const server = connect({ ...target, rejectUnauthorized: false });
      for (const socket of [client, server]) this.#watch(socket);
      client.on('data', (bytes) => (this.said = concat([this.said, bytes])));
      client.pipe(server).pipe(client);
    });
    this.#server.on('tlsClientError', ({ code }: NodeJS.ErrnoException) => (this.refusal = alertIn(code)));
  }

  get address(): Address {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  /** Resolves with the alert of a client, also of one that has gone; `undefined` when none comes within these milliseconds. */
  async refusedWithin(patience: number): Promise<string | undefined> {
    const stopped = new AbortController();
    const heard = once(this.#server, 'tlsClientError', { signal: stopped.signal }).catch(() => undefined);
    if (this.refusal === undefined) await Promise.race([heard, wait(patience, undefined, { ref: false })]);
    stopped.abort();
    return this.refusal;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #watch(socket: TLSSocket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Node has it in the code of an error: `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`. */
function alertIn(code = ''): string | undefined {
  return /_ALERT_(.+)$/.exec(code)?.[1]?.toLowerCase();
}
