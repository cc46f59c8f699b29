/** A class for the core and one for a connection, which asks in each place whether it has a channel. */
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { createFrameDecoder } from './01-frames.ts';
import { createChat } from './02-plain-chat.ts';
import { createServerChannel } from './06-replay.ts';

type Deed = { to: readonly number[]; message: object } | { close: number };

class Connection {
  stream: Duplex;
  channel: any;
  wire: string;
  id: number;
  core: Core;
  decoder = createFrameDecoder(65536);
  isOver = false;

  constructor(core: Core, id: number, stream: Duplex, wire: string, channel: any) {
    this.core = core;
    this.id = id;
    this.stream = stream;
    this.wire = wire;
    this.channel = channel;
    stream.on('data', (bytes: Buffer) => this.take(bytes));
    stream.on('error', () => this.stream.destroy());
    stream.once('close', () => {
      this.isOver = true;
      core.forget(this);
    });
  }

  open(): void {
    this.core.connections.set(this.id, this);
    this.core.perform(this.core.chat.connected(this.id, this.wire));
  }

  take(bytes: Buffer): void {
    if (this.isOver) return;
    try {
      if (!this.channel) return this.read(bytes);
      this.channel.push(bytes);
      let event;
      while (!this.isOver && (event = this.channel.next()) !== undefined) {
        switch (event.kind) {
          case 'write':
            this.stream.write(event.bytes);
            break;
          case 'opened':
            this.open();
            break;
          case 'plain':
            this.read(event.bytes);
            break;
          case 'closed':
            this.end();
        }
      }
    } catch {
      this.isOver = true;
      this.stream.destroy();
    }
  }

  read(bytes: Uint8Array): void {
    this.decoder.push(bytes);
    let payload;
    while (!this.isOver && (payload = this.decoder.next()))
      this.core.perform(this.core.chat.received(this.id, Buffer.from(payload).toString('utf8')));
  }

  send(frame: Buffer): void {
    if (!this.isOver) this.stream.write(this.channel ? this.channel.send(frame) : frame);
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.channel) this.stream.write(this.channel.close());
    this.stream.end();
  }
}

class Core {
  chat = createChat();
  connections = new Map<number, Connection>();
  count = 0;

  attach(stream: Duplex, wire: string, channel?: unknown): void {
    const connection = new Connection(this, this.count++, stream, wire, channel);
    if (!channel) connection.open();
  }

  perform(deeds: Deed[]): void {
    deeds.forEach((deed) => {
      if ('close' in deed) return this.connections.get(deed.close)?.end();
      const json = JSON.stringify(deed.message);
      const frame = Buffer.alloc(4 + Buffer.byteLength(json));
      frame.writeUInt32BE(frame.length - 4, 0);
      frame.write(json, 4, 'utf8');
      deed.to.forEach((id) => this.connections.get(id)?.send(frame));
    });
  }

  forget({ id }: Connection): void {
    if (this.connections.delete(id)) this.perform(this.chat.gone(id));
  }
}

export function createCore() {
  return new Core();
}

export function createTlsListener(
  identity: { cert: string; key: string },
  onStream: (stream: Duplex) => void,
): net.Server {
  const server = new tls.Server({ key: identity.key, cert: identity.cert, handshakeTimeout: 10_000 });
  server.on('secureConnection', onStream);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

export async function connectTls(
  options: { port: number; name: string; ca: string },
  onBytes: (bytes: Uint8Array) => void,
): Promise<{ write(bytes: Uint8Array): void; close(): void }> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      port: options.port,
      host: '127.0.0.1',
      servername: options.name,
      ca: [options.ca],
      rejectUnauthorized: true,
    });
    socket.on('data', onBytes);
    socket.on('error', reject);
    socket.on('secureConnect', () =>
      resolve({
        write: (bytes) => void socket.write(bytes),
        close: () => void socket.destroySoon(),
      }),
    );
  });
}

class WholeServer {
  ports = { plain: 0, psk: 0, tls: 0 };
  servers: net.Server[] = [];
  sockets: net.Socket[] = [];

  async listen(wire: 'plain' | 'psk' | 'tls', server: net.Server, port: number): Promise<void> {
    this.servers.push(server);
    server.on('connection', (socket) => this.sockets.push(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: '127.0.0.1' }, resolve);
    });
    this.ports[wire] = (server.address() as net.AddressInfo).port;
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    for (const server of this.servers) await new Promise((resolve) => server.close(resolve));
  }
}

export async function startServer({ ports, cert, key, sharedKeys }: any) {
  const core = new Core();
  const server = new WholeServer();
  await server.listen('plain', new net.Server((s) => core.attach(s, 'plain')), ports.plain);
  await server.listen(
    'psk',
    new net.Server((s) => core.attach(s, 'psk', createServerChannel(sharedKeys))),
    ports.psk,
  );
  await server.listen(
    'tls',
    createTlsListener({ cert, key }, (s) => core.attach(s, 'tls')),
    ports.tls,
  );
  return server;
}
