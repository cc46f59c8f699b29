/** One chat over any wire: the core takes streams and channels, and TLS is one more place where streams come from. */
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createServer as createTlsServer } from 'node:tls';
import { createFrameDecoder } from './01-frames.ts';
import { createChat } from './02-plain-chat.ts';
import { createServerChannel } from './06-replay.ts';

const HOST = '127.0.0.1';
const NOTHING = new Uint8Array(0);
const MAX_PAYLOAD = 65_536;

interface Channel {
  push(wireBytes: Uint8Array): void;
  /** write, opened, plain or closed; with write and plain come bytes. */
  next(): { readonly kind: string; readonly bytes?: Uint8Array } | undefined;
  send(plain: Uint8Array): Uint8Array;
  close(code?: number): Uint8Array;
}

/** For a stream whose bytes are plain already. It is open from the beginning. */
function noChannel(): Channel {
  const events: ReturnType<Channel['next']>[] = [{ kind: 'opened' }];
  return {
    push: (bytes) => void events.push({ kind: 'plain', bytes }),
    next: () => events.shift(),
    send: (plain) => plain,
    close: () => NOTHING,
  };
}

export function createCore() {
  const chat = createChat();
  const connections = new Map<number, { send(plain: Uint8Array): void; close(): void }>();
  let last = 0;

  function perform(deeds: ReturnType<typeof chat.received>): void {
    for (const deed of deeds) {
      if ('close' in deed) connections.get(deed.close)?.close();
      else for (const id of deed.to) connections.get(id)?.send(frameOf(deed.message));
    }
  }

  function attach(stream: Duplex, wire: string, channel: Channel = noChannel()): void {
    const id = ++last;
    const decoder = createFrameDecoder(MAX_PAYLOAD);
    const send = (plain: Uint8Array): void => {
      if (stream.writable) stream.write(channel.send(plain));
    };
    const close = (): void => {
      if (stream.writable) stream.end(channel.close(), () => stream.destroy());
    };

    function handle(kind: string, bytes: Uint8Array): void {
      if (kind === 'write') stream.write(bytes);
      if (kind === 'closed') close();
      if (kind === 'opened') {
        connections.set(id, { send, close });
        perform(chat.connected(id, wire));
      }
      if (kind !== 'plain') return;
      decoder.push(bytes);
      for (let payload = decoder.next(); payload && stream.writable; payload = decoder.next())
        perform(chat.received(id, new TextDecoder().decode(payload)));
    }
    function take(wireBytes: Uint8Array): void {
      // Whatever is wrong with what one stranger sends, only their own connection ends.
      try {
        channel.push(wireBytes);
        for (let event = channel.next(); event && stream.writable; event = channel.next())
          handle(event.kind, event.bytes ?? NOTHING);
      } catch {
        stream.destroy();
      }
    }

    stream.on('data', take);
    // An error event without a listener ends the process. After an error, the stream closes.
    stream.on('error', () => stream.destroy());
    stream.on('close', () => {
      if (connections.delete(id)) perform(chat.gone(id));
    });
    take(NOTHING);
  }

  return { attach };
}

/** Four bytes of length, and the message. */
function frameOf(message: object): Uint8Array {
  const payload = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(payload.length);
  return Buffer.concat([header, payload]);
}

export function createTlsListener(
  { cert, key }: { readonly cert: string; readonly key: string },
  onStream: (stream: Duplex) => void,
): Server {
  // Node calls this once a handshake is done. A client that does not get so far in time is dropped.
  return createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: 5_000 }, onStream);
}

export async function connectTls(
  { port, name, ca }: { readonly port: number; readonly name: string; readonly ca: string },
  onBytes: (bytes: Uint8Array) => void,
) {
  const socket = connect({ host: HOST, port, servername: name, ca, minVersion: 'TLSv1.2' });
  // Node verifies the certificate before this event. Otherwise it rejects with the reason.
  await once(socket, 'secureConnect');
  socket.on('error', () => socket.destroy());
  socket.on('data', onBytes);
  return { write: (bytes: Uint8Array) => void socket.write(bytes), close: () => void socket.end() };
}

interface ServerOptions {
  readonly ports: { readonly plain: number; readonly psk: number; readonly tls: number };
  readonly cert: string;
  readonly key: string;
  readonly sharedKeys: { id: string; key: Uint8Array }[];
}

export async function startServer({ ports, cert, key, sharedKeys }: ServerOptions) {
  const core = createCore();
  const plain = createServer((socket) => core.attach(socket, 'plain'));
  const psk = createServer((socket) => core.attach(socket, 'psk', createServerChannel(sharedKeys)));
  const tls = createTlsListener({ cert, key }, (stream) => core.attach(stream, 'tls'));
  const open = new Set<Socket>();
  const listen = async (listener: Server, port: number): Promise<number> => {
    listener.on('connection', (socket) => open.add(socket.on('close', () => open.delete(socket))));
    await once(listener.listen(port, HOST), 'listening');
    return (listener.address() as AddressInfo).port;
  };
  return {
    ports: {
      plain: await listen(plain, ports.plain),
      psk: await listen(psk, ports.psk),
      tls: await listen(tls, ports.tls),
    },
    close: async (): Promise<void> => {
      const closed = Promise.all([plain, psk, tls].map((listener) => once(listener.close(), 'close')));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
