/** Streams are read with `for await`, payloads come out of generators, and a connection is one loop from its first byte to its last. */
import { once } from 'node:events';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import * as frames from './01-frames.ts';
import * as chats from './02-plain-chat.ts';
import * as replay from './06-replay.ts';

type Bytes = Uint8Array;
type Outlet = { write: (plain: Bytes) => void; goodbye: () => void };

function* payloadsOf(decoder: ReturnType<typeof frames.createFrameDecoder>, bytes: Bytes) {
  decoder.push(bytes);
  for (;;) {
    const payload = decoder.next();
    if (!payload) return;
    yield Buffer.from(payload).toString();
  }
}

function* eventsOf(channel: any, bytes: Bytes): Generator<{ kind: string; bytes: Bytes }> {
  if (!channel) return yield { kind: 'plain', bytes };
  channel.push(bytes);
  for (;;) {
    const event = channel.next();
    if (!event) return;
    yield event;
  }
}

export function createCore() {
  const chat = chats.createChat();
  const outlets: Outlet[] = [];

  const carryOut = (deeds: any[]) => {
    for (const deed of deeds) {
      if (deed.close !== undefined) {
        outlets[deed.close]?.goodbye();
        continue;
      }
      const json = Buffer.from(JSON.stringify(deed.message));
      const length = Buffer.of(json.length >>> 24, json.length >>> 16, json.length >>> 8, json.length);
      for (const id of deed.to) outlets[id]?.write(Buffer.concat([length, json]));
    }
  };

  async function serve(stream: Duplex, wire: string, channel: any, id: number): Promise<void> {
    const decoder = frames.createFrameDecoder(0x10000);
    const greet = () => {
      outlets[id] = {
        write: (plain) => stream.writable && stream.write(channel ? channel.send(plain) : plain),
        goodbye: () => stream.writable && stream.end(channel ? channel.close() : undefined),
      };
      carryOut(chat.connected(id, wire));
    };
    try {
      if (!channel) greet();
      for await (const chunk of stream) {
        for (const { kind, bytes } of eventsOf(channel, chunk as Bytes)) {
          if (!stream.writable) return;
          if (kind === 'write') stream.write(bytes);
          else if (kind === 'opened') greet();
          else if (kind === 'closed') return;
          else for (const text of payloadsOf(decoder, bytes)) carryOut(chat.received(id, text));
        }
      }
    } finally {
      const outlet = outlets[id];
      if (outlet) {
        delete outlets[id];
        carryOut(chat.gone(id));
        outlet.goodbye();
      }
      stream.end();
    }
  }

  let next = 0;
  const attach = (stream: Duplex, wire: string, channel?: unknown) => {
    stream.on('error', () => undefined);
    serve(stream, wire, channel, next++).catch(() => stream.destroy());
  };
  return { attach };
}

export function createTlsListener(
  identity: { cert: string; key: string },
  onStream: (stream: Duplex) => void,
) {
  return tls.createServer({ ...identity, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' }, (socket) =>
    onStream(socket),
  );
}

export async function connectTls(
  target: { port: number; name: string; ca: string },
  onBytes: (bytes: Bytes) => void,
) {
  const socket = tls.connect(target.port, '127.0.0.1', {
    ca: target.ca,
    servername: target.name,
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  if (!socket.authorized) {
    socket.destroy();
    throw new Error(`the certificate is refused: ${String(socket.authorizationError)}`);
  }
  void (async () => {
    for await (const bytes of socket) onBytes(bytes as Bytes);
  })().catch(() => socket.destroy());
  return {
    write(bytes: Bytes) {
      socket.write(bytes);
    },
    close() {
      socket.destroy();
    },
  };
}

export async function startServer(options: any) {
  const core = createCore();
  const psk = () => replay.createServerChannel(options.sharedKeys);
  const listeners = new Map<string, net.Server>([
    ['plain', net.createServer((socket) => core.attach(socket, 'plain'))],
    ['psk', net.createServer((socket) => core.attach(socket, 'psk', psk()))],
    ['tls', createTlsListener(options, (stream) => core.attach(stream, 'tls'))],
  ]);
  const open: net.Socket[] = [];
  const ports: Record<string, number> = {};
  for (const [wire, listener] of listeners) {
    listener.on('connection', (socket) => open.push(socket));
    listener.listen(options.ports[wire], '127.0.0.1');
    await once(listener, 'listening');
    ports[wire] = (listener.address() as net.AddressInfo).port;
  }
  async function close() {
    const closings = [...listeners.values()].map((listener) => once(listener, 'close'));
    listeners.forEach((listener) => listener.close());
    while (open.length > 0) open.pop()?.destroy();
    await Promise.all(closings);
  }
  return { ports, close };
}
