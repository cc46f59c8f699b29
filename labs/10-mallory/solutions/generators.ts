/** Sockets as streams of chunks: `for await` on both sides, with promises instead of events. */
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { on, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { checkServerIdentity, connect, createServer, type TLSSocket } from 'node:tls';

type Bytes = Uint8Array;

async function copy(from: TLSSocket, to: TLSSocket, see: (bytes: Bytes) => void): Promise<void> {
  try {
    for await (const bytes of from) {
      see(bytes as Bytes);
      if (!to.write(bytes as Bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
  } catch {
    // Broken off is over, too.
  }
  to.end();
}

export async function startMallory(
  options: {
    targetPort: number;
    cert: string;
    key: string;
  },
  onBytes: (direction: 'c2s' | 's2c', bytes: Bytes) => void,
) {
  const server = createServer({ cert: options.cert, key: options.key });
  const everyone: TLSSocket[] = [];
  server.on('secureConnection', (client) => {
    const upstream = connect({ port: options.targetPort, host: '127.0.0.1', rejectUnauthorized: false });
    for (const socket of [client, upstream]) everyone.push(socket.on('error', () => socket.destroy()));
    void copy(client, upstream, (bytes) => onBytes('c2s', bytes));
    void copy(upstream, client, (bytes) => onBytes('s2c', bytes));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port: () => port,
    async close() {
      everyone.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Options {
  port: number;
  name: string;
  ca: string;
  hello: Bytes;
  pin?: string;
}

export async function dialVerifying({ port, name, ca, hello }: Options, onBytes: (bytes: Bytes) => void) {
  const socket = connect({ port, host: '127.0.0.1', servername: name, ca });
  await once(socket, 'secureConnect');
  return talk(socket, hello, onBytes);
}

export async function dialPinned({ port, name, ca, hello, pin }: Options, onBytes: (bytes: Bytes) => void) {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: name,
    ca,
    checkServerIdentity(host, peer) {
      const wrong = checkServerIdentity(host, peer);
      if (wrong) return wrong;
      const key = createPublicKey(new X509Certificate(peer.raw).toString());
      const digest = createHash('SHA256')
        .update(key.export({ type: 'spki', format: 'der' }))
        .digest();
      return digest.equals(Buffer.from(pin ?? '', 'base64')) ? undefined : new Error('pinned another key');
    },
  });
  await once(socket, 'secureConnect');
  return talk(socket, hello, onBytes);
}

function talk(socket: TLSSocket, hello: Bytes, onBytes: (bytes: Bytes) => void) {
  socket.on('error', () => socket.destroy());
  void (async () => {
    for await (const [bytes] of on(socket, 'data', { close: ['close'] } as object)) onBytes(bytes as Bytes);
  })().catch(() => undefined);
  socket.write(hello);
  return { write: (bytes: Bytes) => void socket.write(bytes), close: () => void socket.end() };
}
