/** A learner's chat (lab 02) behind real sockets: frames in, frames out. It decides nothing itself. */
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { fromUtf8 } from '#protocol/bytes';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { encodeMessage, type ServerMessage } from '#protocol/messages';
import { LIMITS } from '#protocol/limits';
import type { Thrown } from '#judge/values';
import { thrownOf } from '#judge/host';
import { type Chat, type Deed, deedsOf } from './chat-deeds.ts';

export interface Sent {
  /** The client's end of the connection. */
  readonly port: number;
  /** Bytes that the client has sent. */
  readonly bytes: number;
  /** It has hung up. */
  readonly left: boolean;
}

interface Came {
  readonly socket: Socket;
  /** The chat knows that it is gone. */
  gone: boolean;
}

export interface Settled {
  readonly written: number;
  readonly open: boolean;
}

/** What the judge can call. */
export interface ServedChat {
  readonly port: () => number;
  /**
   * Waits until the connections that come from these ports have come, and what they have sent has been handled; then says
   * how many bytes were written to each, and whether it is still open.
   */
  readonly settled: (sent: readonly Sent[]) => Promise<Settled[]>;
  /** What the chat threw or gave that it must not, since this was last asked. */
  readonly faults: () => Thrown[];
  readonly close: () => Promise<void>;
}

/** Listens on a free port of this machine. */
export async function serveChat(chat: Chat): Promise<ServedChat> {
  const faults: Thrown[] = [];
  const sockets = new Map<number, Socket>();
  /** By the port that it comes from; also those that are closed. */
  const came = new Map<number, Came>();
  let last = 0;
  const server = createServer((socket) => {
    const id = ++last;
    sockets.set(id, socket.setNoDelay(true));
    const connection: Came = { socket, gone: false };
    came.set(socket.remotePort ?? 0, connection);
    const perform = (ask: () => unknown): void => {
      try {
        for (const deed of deedsOf(ask())) carryOut(deed, sockets);
      } catch (error) {
        faults.push(thrownOf(error));
        socket.destroy();
      }
    };
    const decoder = new FrameDecoder();
    perform(() => chat.connected(id, 'plain'));
    socket.on('data', (bytes) => {
      decoder.push(bytes);
      for (let payload = decoder.next(); payload; payload = decoder.next()) {
        const text = fromUtf8(payload) ?? '';
        perform(() => chat.received(id, text));
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(id);
      perform(() => chat.gone(id));
      connection.gone = true;
    });
  });
  await listening(server);
  return {
    port: () => (server.address() as AddressInfo).port,
    settled: async (sent) => {
      await until(() => sent.every((each) => isHandled(came.get(each.port), each)));
      return sent.map(({ port }) => stateOf(came.get(port)));
    },
    faults: () => faults.splice(0),
    close: async () => {
      for (const socket of sockets.values()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function carryOut(deed: Deed, sockets: ReadonlyMap<number, Socket>): void {
  if ('close' in deed) return void sockets.get(deed.close)?.end();
  const payload = encodeMessage(deed.message as ServerMessage);
  if (payload.length > LIMITS.framePayload) throw new Error('the chat gave a message that no frame can hold');
  const frame = encodeFrame(payload);
  for (const id of deed.to) sockets.get(id)?.write(frame);
}

function isHandled(connection: Came | undefined, { bytes, left }: Sent): boolean {
  if (!connection || connection.gone || left) return connection?.gone ?? false;
  return connection.socket.writableEnded || connection.socket.bytesRead >= bytes;
}

function stateOf(connection: Came | undefined): Settled {
  if (!connection || connection.gone) return { written: 0, open: false };
  const { bytesWritten, writableEnded } = connection.socket;
  return { written: bytesWritten, open: !writableEnded };
}

/** What has been read is handled in the same turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, () => resolve());
  });
}
