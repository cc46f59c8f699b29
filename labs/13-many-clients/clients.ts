/** The clients of `measure.ts`, in a process of their own, so that their work is not measured with the server's. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

export type ClientsOrder =
  | { readonly kind: 'connect'; readonly port: number; readonly readers: number; readonly deaf: number }
  /** Reports when each client that reads has got so many more bytes. */
  | { readonly kind: 'expect'; readonly bytes: number };

/** `done`, or what went wrong. */
export type ClientsReport = string;

const report = (text: ClientsReport): void => void process.send?.(text);

/** Bytes that all who read still have to get for what is expected. */
let missing = 0;
let isExpecting = false;
const sockets: Socket[] = [];

process.on('message', (order: ClientsOrder) => {
  if (order.kind === 'connect') return void connectAll(order).then(() => report('done'), fail);
  missing += order.bytes * sockets.length;
  isExpecting = true;
  look();
});
process.on('disconnect', () => process.exit(0));

async function connectAll({
  port,
  readers,
  deaf,
}: Extract<ClientsOrder, { kind: 'connect' }>): Promise<void> {
  for (let i = 0; i < readers + deaf; i++) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    if (i < deaf) continue;
    sockets.push(socket);
    socket.on('close', () => fail(new Error('a client that reads was disconnected')));
    socket.on('data', (bytes) => {
      missing -= bytes.length;
      look();
    });
  }
}

function look(): void {
  if (!isExpecting || missing > 0) return;
  isExpecting = false;
  report('done');
}

function fail(error: Error): void {
  if (process.connected) report(error.message);
}
