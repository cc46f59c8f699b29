/** A TCP forwarder that can be told to break its connections: the network at its worst. */
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

export interface Cutter {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Resets every open connection. */
  cut(): void;
  /** From now on nothing goes through, and nobody is told. */
  freeze(): void;
  /** Shows what the far side sends. */
  watch(look: (bytes: Buffer) => void): void;
  close(): Promise<void>;
}

export async function startCutter(target: { host: string; port: number }): Promise<Cutter> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  let look: (bytes: Buffer) => void = () => undefined;
  const server = createServer((near) => {
    accepted += 1;
    const far = connect(target);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === near ? far : near).destroy();
      });
    }
    far.on('data', (bytes: Buffer) => look(bytes));
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    cut,
    freeze() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    watch(wanted) {
      look = wanted;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
