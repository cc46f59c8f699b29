/**
 * One server to measure, in a process of its own: `server.ts KIND [joins]`. Prints a line of JSON with its port when it is
 * ready and one with what it has used for every line that it reads, and goes when its standard input ends. The bare ones
 * do the least a broadcast can: no names, no store, one prebuilt buffer, one write per recipient.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { type Socket, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer } from 'node:tls';
import pino from 'pino';
import { WebSocket, WebSocketServer } from 'ws';
import { ensureCertificates } from '#certs/ensure';
import { startServer } from '#runtime/server';
import { TLS_POLICY } from '#wires/tls-policy';
import { openStore } from '#store/store';
import { GREETING_BYTES, type Kind, type OwnKind, PSK_ID, type Usage, bareBytes, isOwn } from './contract.ts';

/** Ids of equal length keep the frames of a run equally long, which lets a listener count without decrypting. */
const FIRST_ID = 1_000_000;

const kind = process.argv[2] as Kind;
/** A bare server then only answers those who come. */
const greets = process.argv[3] === 'joins';
/** Milliseconds that each commit took, since somebody asked. */
const commits: number[] = [];
const { BENCH_FOLDER: kept = '', BENCH_PORT: wanted = '0' } = process.env;
const folder = kept === '' ? await mkdtemp(join(tmpdir(), 'wireglass-bench-')) : kept;
const tls = await ensureCertificates(join(folder, 'certs'), {
  hosts: ['localhost', '127.0.0.1'],
  now: new Date(),
});
const psk = process.env['BENCH_PSK'] ?? '';
const port = isOwn(kind) ? await startOwn(kind) : await startBare(kind);
console.log(JSON.stringify({ port, ca: tls.ca }));
createInterface(process.stdin)
  .on('line', () => console.log(JSON.stringify(usage())))
  .on('close', () => void cleanUp().finally(() => process.exit(0)));

/** A folder that was given belongs to whoever gave it. */
async function cleanUp(): Promise<void> {
  if (kept === '') await rm(folder, { recursive: true, force: true });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const times = commits.splice(0).sort((a, b) => a - b);
  const took = times[times.length >> 1];
  return {
    cpu: (user + system) / 1e6,
    active: performance.eventLoopUtilization().active / 1e3,
    rss: process.memoryUsage.rss(),
    ...(took !== undefined && { commit: took }),
  };
}

async function startOwn(wire: OwnKind): Promise<number> {
  const store = await openStore(join(folder, 'chat.sqlite'));
  const seed = {
    id: FIRST_ID,
    room: 'seed',
    from: 'seed',
    author: 'seed',
    ref: undefined,
    text: 'seed',
    ts: 0,
    via: 'plain',
    origin: 0,
  } as const;
  if ((await store.seed()).lastId < FIRST_ID) await store.commit([seed]);
  const keys = [{ id: PSK_ID, key: Buffer.from(psk, 'hex') }];
  const listen = { [wire]: { host: '127.0.0.1', port: Number(wanted) } };
  const server = await startServer({
    store,
    tls,
    keys,
    listen,
    // The load is above any rate that a person needs.
    defence: { rates: undefined, connections: 20_000 },
    stopwatch: { committed: (_, took) => void commits.push(took), delivered: () => undefined },
    log: pino({ level: 'error' }, pino.destination(2)),
  });
  return (server.addresses[wire] as { port: number }).port;
}

async function startBare(bare: Exclude<Kind, OwnKind>): Promise<number> {
  if (bare === 'bare-ws') return bareWs();
  const sockets = new Set<Socket>();
  const size = bareBytes(bare);
  const message = Buffer.alloc(size, 'x');
  const greeting = Buffer.alloc(GREETING_BYTES, 'x');
  const accept = (socket: Socket): void => {
    let pending = 0;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      if (greets) return void socket.write(greeting);
      pending += bytes.length;
      for (; pending >= size; pending -= size) {
        for (const recipient of sockets) if (recipient !== socket) recipient.write(message);
      }
    });
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  return listening(
    bare === 'bare-net' ? createServer(accept) : createTlsServer({ ...TLS_POLICY, ...tls }, accept),
  );
}

async function bareWs(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      for (const client of server.clients) {
        if (client !== socket && client.readyState === WebSocket.OPEN) client.send(data, { binary: true });
      }
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}
