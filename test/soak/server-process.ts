/**
 * A chat server in a process of its own, which tells its parent about itself: `WatchedServer` starts it. It answers
 * each `FiguresOrder` with what it holds, and exits when the parent does.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Figures, FiguresOrder, Order, ServerReady } from './contract.ts';
import { ensureCertificates } from '#certs/ensure';
import { startServer } from '#runtime/server';
import { openStore } from '#store/store';
import { WIRE_NAMES } from '#protocol/messages';

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const folder = await mkdtemp(join(tmpdir(), 'wireglass-soak-'));
const tls = await ensureCertificates(folder, { hosts: ['localhost', '127.0.0.1'], now: new Date() });
const store = await openStore(join(folder, 'chat.sqlite'));
for (const { name, key, passwordHash } of order.accounts)
  await store.answers.createAccount({ name, key, passwordHash, now: Date.now() });
const ends: Record<string, number> = {};
const errors: string[] = [];
const server = await startServer({
  store,
  tls,
  keys: [{ id: 'soak', key: Buffer.from(order.psk, 'hex') }],
  listen: Object.fromEntries(WIRE_NAMES.map((wire) => [wire, { host: '127.0.0.1', port: 0 }])),
  log: pino({ base: null }, { write: note }),
  policy: { mode: order.mode, registration: true, passwordWires: ['psk', 'tls', 'tls+psk'] },
  ...(!order.rates && { defence: { rates: undefined } }),
});
process.on('message', ({ collect }: FiguresOrder) => {
  // A full garbage collection keeps the chat waiting, so it runs only on request.
  if (collect) global.gc?.();
  void figures().then(tell);
});
process.on('disconnect', () => void stop());
tell({ addresses: server.addresses, ca: tls.ca } satisfies ServerReady);

function tell(what: ServerReady | Figures): void {
  // The parent may have gone while the answer was put together.
  if (process.connected) process.send?.(what, () => undefined);
}

/** Counts how connections end, and keeps the lines that a log must not have. */
function note(text: string): void {
  const { level, code, msg } = JSON.parse(text) as { level: number; code?: string; msg: string };
  if (msg === 'disconnected' && code !== undefined) ends[code] = (ends[code] ?? 0) + 1;
  if (level >= pino.levels.values['error']! && errors.length < 20) errors.push(text.trim());
}

async function figures(): Promise<Figures> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { state, connections } = server.hub;
  return {
    rss,
    heapUsed,
    external,
    files: await readdir('/proc/self/fd').then(
      ({ length }) => length,
      () => undefined,
    ),
    connections: connections.size,
    sessions: state.sessions.size,
    present: [...state.members.values()].filter(({ sessions }) => sessions.size > 0).length,
    absent: [...state.members.values()].filter(({ sessions }) => sessions.size === 0).length,
    pendingRefs: [...state.members.values()].reduce((sum, { pendingRefs }) => sum + pendingRefs.size, 0),
    accounts: state.accounts.size,
    rooms: [...state.rooms.values()].filter(({ people, audience }) => people.size + audience.size > 0).length,
    roomsKept: state.rooms.size,
    pendingCommits: state.pendingCommits,
    ends,
    errors,
  };
}

async function stop(): Promise<void> {
  await server.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
}
