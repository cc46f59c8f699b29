/** Small functions: what turns bytes into payloads is composed, and TLS is put around a TCP socket by hand. */
import { connect as connectTcp, createServer } from 'node:net';
import { TLSSocket, checkServerIdentity, connect as connectOverTls, createSecureContext } from 'node:tls';
import { createFrameDecoder } from './01-frames.ts';
import { createChat } from './02-plain-chat.ts';
import { createServerChannel } from './06-replay.ts';

const host = '127.0.0.1';

/** Gives each payload in the bytes to a function. */
const framesTo = (onPayload: (payload: Uint8Array) => void) => {
  const decoder = createFrameDecoder(65_536);
  return (bytes: Uint8Array) => {
    decoder.push(bytes);
    for (let payload = decoder.next(); payload !== undefined; payload = decoder.next()) onPayload(payload);
  };
};

/** Gives what a channel says to the function of that name. */
const eventsTo =
  (channel: any, on: Record<string, (bytes: Uint8Array) => void>) => (wireBytes: Uint8Array) => {
    channel.push(wireBytes);
    for (let event = channel.next(); event; event = channel.next()) on[event.kind]?.(event.bytes);
  };

const frame = (message: object) => {
  const payload = new TextEncoder().encode(JSON.stringify(message));
  const bytes = new Uint8Array(4 + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length);
  bytes.set(payload, 4);
  return bytes;
};

export const createCore = () => {
  const chat = createChat();
  const ends = new Map<number, { send: (bytes: Uint8Array) => void; end: () => void }>();
  const perform = (deeds: any[]) =>
    deeds.forEach(({ to = [], message, close }) => {
      ends.get(close)?.end();
      to.forEach((id: number) => ends.get(id)?.send(frame(message)));
    });
  const ids = (function* () {
    for (let id = 100; ; id += 1) yield id;
  })();

  return {
    attach(stream: any, wire: string, channel?: any) {
      const id = ids.next().value as number;
      let over = false;
      const seal = (bytes: Uint8Array): Uint8Array => (channel ? channel.send(bytes) : bytes);
      const send = (bytes: Uint8Array) => void (over || stream.write(seal(bytes)));
      const end = () => {
        if (over) return;
        over = true;
        stream.end(channel?.close());
      };
      const plain = framesTo((payload) => {
        if (!over) perform(chat.received(id, new TextDecoder().decode(payload)));
      });
      const opened = () => {
        ends.set(id, { send, end });
        perform(chat.connected(id, wire));
      };
      const write = (bytes: Uint8Array) => stream.write(bytes);
      const take = channel ? eventsTo(channel, { write, opened, plain, closed: end }) : plain;
      stream.on('data', (bytes: Uint8Array) => {
        if (over) return;
        try {
          take(bytes);
        } catch {
          over = true;
          stream.destroy();
        }
      });
      stream.on('error', () => undefined);
      stream.on('close', () => {
        over = true;
        if (ends.delete(id)) perform(chat.gone(id));
      });
      if (!channel) opened();
    },
  };
};

export const createTlsListener = ({ cert, key }: any, onStream: (stream: any) => void) => {
  const secureContext = createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  return createServer((raw) => {
    const stream = new TLSSocket(raw, { isServer: true, secureContext });
    const drop = () => raw.destroy();
    const timer = setTimeout(drop, 8_000);
    raw.on('close', () => clearTimeout(timer)).on('error', drop);
    stream.on('error', drop).once('secure', () => {
      clearTimeout(timer);
      onStream(stream);
    });
  });
};

export const connectTls = ({ port, name, ca }: any, onBytes: (bytes: Uint8Array) => void): Promise<any> =>
  new Promise((resolve, reject) => {
    const socket = connectOverTls(
      { socket: connectTcp({ port, host }), servername: name, ca, checkServerIdentity },
      () =>
        resolve({
          write: (bytes: Uint8Array) => void socket.write(bytes),
          close: () => void socket.end(),
        }),
    );
    socket.on('data', (bytes) => onBytes(new Uint8Array(bytes)));
    socket.on('error', reject);
  });

export const startServer = async ({ ports, cert, key, sharedKeys }: any) => {
  const { attach } = createCore();
  const servers: Record<string, any> = {
    tls: createTlsListener({ cert, key }, (stream) => attach(stream, 'tls')),
    plain: createServer((socket) => attach(socket, 'plain')),
    psk: createServer((socket) => attach(socket, 'psk', createServerChannel(sharedKeys))),
  };
  const cleanups = new Set<() => void>();
  const listening = Object.entries(servers).map(
    ([wire, server]) =>
      new Promise((resolve, reject) => {
        server.on('error', reject).on('connection', (socket: any) => {
          const cleanup = () => void socket.destroy();
          cleanups.add(cleanup);
          socket.on('close', () => cleanups.delete(cleanup));
        });
        server.listen(ports[wire], host, () => resolve([wire, server.address().port]));
      }),
  );
  return {
    ports: Object.fromEntries((await Promise.all(listening)) as any),
    close: async () => {
      cleanups.forEach((cleanup) => cleanup());
      await Promise.all(Object.values(servers).map((server) => new Promise((done) => server.close(done))));
    },
  };
};
