/** Someone in the path of TCP connections who has no key: she sees every record and can send records of her own. */
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import type { ListenAddress } from '#runtime/server';
import { readUint } from '#protocol/bytes';

export interface Caught {
  /** Whole records of the client so far, header included. */
  readonly fromClient: readonly Uint8Array[];
  readonly fromServer: readonly Uint8Array[];
  /** Sends bytes to the server as if they came from the client. */
  inject(bytes: Uint8Array): void;
  /** Resolves when the server has ended the connection. */
  ended(): Promise<void>;
}

export interface Mallory {
  readonly address: ListenAddress;
  /** The connection that was made last. */
  readonly caught: Caught;
  close(): Promise<void>;
}

export async function startMallory(target: ListenAddress): Promise<Mallory> {
  const sockets = new Set<Socket>();
  let last: Path | undefined;
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ ...target, noDelay: true });
    for (const socket of [client, server]) sockets.add(socket.on('error', () => socket.destroy()));
    last = new Path(client, server);
  });
  listener.listen({ host: '127.0.0.1', port: 0 });
  await once(listener, 'listening');
  const { address: host, port } = listener.address() as AddressInfo;
  return {
    address: { host, port },
    get caught() {
      if (!last) throw new Error('nobody has connected yet');
      return last;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

class Path implements Caught {
  readonly fromClient: Uint8Array[] = [];
  readonly fromServer: Uint8Array[] = [];
  readonly #server: Socket;
  readonly #ended: Promise<unknown>;

  constructor(client: Socket, server: Socket) {
    this.#server = server;
    this.#pass(client, server, this.fromClient);
    this.#pass(server, client, this.fromServer);
    this.#ended = once(server, 'close').then(() => client.destroy());
    client.on('close', () => server.end());
  }

  inject(bytes: Uint8Array): void {
    this.#server.write(bytes);
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  #pass(from: Socket, to: Socket, records: Uint8Array[]): void {
    let rest = Buffer.alloc(0);
    from.on('data', (bytes: Buffer) => {
      to.write(bytes);
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 12 && rest.length >= 12 + readUint(rest, 1, 3)) {
        const end = 12 + readUint(rest, 1, 3);
        records.push(new Uint8Array(rest.subarray(0, end)));
        rest = rest.subarray(end);
      }
    });
  }
}
