/** A forwarder that passes bytes on in other pieces than they came in, as a network may. */
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import type { ListenAddress } from '#runtime/server';

/** How the bytes of one chunk leave: pieces, each written on its own turn of the event loop. */
export type Cut = (bytes: Buffer) => readonly Uint8Array[];

export const CUTS: Readonly<Record<string, Cut>> = {
  'as they come': (bytes) => [bytes],
  'a byte at a time': (bytes) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)),
  'in uneven pieces': (bytes) => {
    const pieces: Uint8Array[] = [];
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7 + 3) % 1031) {
      pieces.push(bytes.subarray(at, at + size));
    }
    return pieces;
  },
};

export interface Shaper {
  readonly address: ListenAddress;
  /** Chunks passed on so far, both directions together. */
  readonly chunks: number;
  close(): Promise<void>;
}

/** `change` may replace the bytes that go to the server (and only there), or end the connection by `undefined`. */
export async function startShaper(
  target: ListenAddress,
  cut: Cut,
  change = (bytes: Buffer): Buffer => bytes,
): Promise<Shaper> {
  const sockets = new Set<Socket>();
  let chunks = 0;
  const pass = (from: Socket, to: Socket, alter: (bytes: Buffer) => Buffer): void => {
    void (async () => {
      for await (const bytes of from) {
        for (const piece of cut(alter(bytes as Buffer))) {
          chunks += 1;
          if (!to.write(piece))
            await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
          else if (chunks % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      }
      to.end();
    })().catch(() => to.destroy());
  };
  const listener = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const server = connect({ ...target, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    pass(client, server, change);
    pass(server, client, (bytes) => bytes);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    address: { host: '127.0.0.1', port: (listener.address() as AddressInfo).port },
    get chunks() {
      return chunks;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
