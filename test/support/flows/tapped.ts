/** A tap with a server behind it, and sockets through it. */
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import { concat } from '#protocol/bytes';
import { Recorder } from '#tap/recorder';
import { type Tap, type TapOptions, startTap } from '#tap/tap';

export let recorder: Recorder;
export let server: Server;
export let tap: Tap;
export const opened: Socket[] = [];

/** Puts a tap before a server for each test of the file. */
export function useTap(): void {
  beforeEach(async () => {
    recorder = new Recorder();
    server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await startAgain();
  });
  afterEach(async () => {
    for (const socket of opened.splice(0)) socket.destroy();
    await tap.close();
    await new Promise((resolve) => server.close(resolve));
  });
}

export const start = (options: Partial<TapOptions> = {}) => {
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  return startTap({ wire: 'plain', listen: { host: '127.0.0.1', port: 0 }, target, recorder, ...options });
};

/** Another one, where the test has closed the first. */
export const startAgain = async () => {
  tap = await start();
};

export const dial = (port = tap.address.port) => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  opened.push(socket);
  return socket;
};

/** A client and the server's end of its connection, joined through the tap. */
export const pair = async (): Promise<[client: Socket, peer: Socket]> => {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = dial();
  const [peer] = await accepted;
  opened.push(peer);
  return [client, peer];
};

export const received = async (socket: Socket, length: number): Promise<Uint8Array> => {
  const parts: Buffer[] = [];
  let held = 0;
  while (held < length) {
    const [part] = (await once(socket, 'data')) as [Buffer];
    parts.push(part);
    held += part.length;
  }
  return concat(parts);
};

/** Resolves when nothing has been recorded for a while: there is no event that says "nothing more is coming". */
export const stalled = (quiet = 300) =>
  new Promise<void>((resolve) => {
    const finish = () => {
      stop();
      resolve();
    };
    let timer = setTimeout(finish, quiet);
    const stop = recorder.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(finish, quiet);
    });
  });
