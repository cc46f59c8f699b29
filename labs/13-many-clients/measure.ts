/**
 * Measures a learner's broadcast with real clients in a process of their own, and writes the learner's plot of it:
 *
 *     node --import tsx labs/13-many-clients/measure.ts [slow] [--rounds N] [--ours]
 *
 * slow: shows instead what one client that does not read costs. --rounds: how many broadcasts are measured; 300 by default.
 * --ours: measures our solution.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { counted } from '#protocol/shown';
import { ROOT } from '#data-folder/project';
import { WORKSPACE_VARIABLE, Workspace } from '../runner/workspace.ts';
import type { ClientsOrder, ClientsReport } from './clients.ts';
import { lesson } from './lesson.ts';
import type * as Solution from './solution.ts';

const CLIENTS = [10, 100, 1_000];
const WARM_UP = 100;
/** Letters in a message: with its number and the header of the frame it is about as long as one of the chat. */
const LETTERS = 190;
/** Bytes that may wait for one connection. */
const LIMIT = 1 << 20;
const SLOW = { clients: 10, letters: 60_000, bytes: 40_000_000 } as const;

/** Milliseconds that a broadcast may take. */
const PATIENCE = 15_000;
const TOO_LATE = `not every client that reads has got a message within ${PATIENCE / 1_000} s; do the checks pass?`;

const workspace = new Workspace(
  resolve(process.env[WORKSPACE_VARIABLE] ?? join(ROOT, 'labs', 'workspace')),
  ROOT,
);

const { positionals, values: flags } = parseArgs({
  allowPositionals: true,
  options: { ours: { type: 'boolean', default: false }, rounds: { type: 'string', default: '300' } },
});

type Broadcast = ReturnType<typeof Solution.createBroadcast<string>>;

/** A broadcast with its clients connected. */
interface Scene {
  readonly broadcast: Broadcast;
  readonly sockets: readonly Socket[];
  /** Publishes a message; resolves when every client that reads has it. */
  readonly publish: (message: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

async function load(): Promise<typeof Solution> {
  const own = workspace.fileOf(lesson);
  const file = flags.ours ? workspace.lessonFile(lesson, 'solution.ts') : own;
  if (file === undefined) throw new Error(`${lesson.name} has not been started: npx wireglass lab start 13`);
  return (await import(pathToFileURL(file).href)) as typeof Solution;
}

function encode(message: string): Uint8Array {
  return encodeFrame(utf8(JSON.stringify({ text: message })));
}

interface SceneOrder {
  readonly createBroadcast: typeof Solution.createBroadcast;
  readonly limit: number;
  readonly readers: number;
  readonly deaf?: number;
}

async function setUp({ createBroadcast, limit, readers, deaf = 0 }: SceneOrder): Promise<Scene> {
  const broadcast = createBroadcast(limit, encode);
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.setNoDelay(true));
    socket.on('error', () => socket.destroy());
    broadcast.add(socket);
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1_024 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients = fork(join(import.meta.dirname, 'clients.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await ask(clients, { kind: 'connect', port, readers, deaf });
  while (sockets.length < readers + deaf) await once(server, 'connection');
  return {
    broadcast,
    sockets,
    publish: async (message) => {
      const arrived = ask(clients, { kind: 'expect', bytes: encode(message).length });
      broadcast.publish(message);
      await arrived;
    },
    end: async () => {
      clients.disconnect();
      await once(clients, 'exit');
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function ask(clients: ChildProcess, order: ClientsOrder): Promise<void> {
  const reported = once(clients, 'message', { signal: AbortSignal.timeout(PATIENCE) });
  clients.send(order);
  const [report] = (await reported.catch(() => [TOO_LATE])) as [ClientsReport];
  if (report !== 'done') throw new Error(report);
}

async function cost({ createBroadcast, measure, plot }: typeof Solution, rounds: number): Promise<void> {
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1 on');
  const message = 'x'.repeat(LETTERS);
  console.log(
    `Frames of ${counted(encode(message).length, 'byte')}. ${WARM_UP} broadcasts to warm up, then ${rounds} that are measured.\n`,
  );
  console.log(['clients', 'p50 ms', 'p99 ms', 'µs per delivery'].map(cell).join(''));
  const rows: Solution.Row[] = [];
  for (const clients of CLIENTS) {
    const scene = await setUp({ createBroadcast, limit: LIMIT, readers: clients });
    const broadcast = (): Promise<void> => scene.publish(message);
    const row = await measure({
      clients,
      warmUp: WARM_UP,
      rounds,
      now: () => performance.now(),
      broadcast,
    });
    await scene.end();
    rows.push(row);
    const { p50, p99, perDelivery } = row;
    console.log([String(clients), p50.toFixed(3), p99.toFixed(3), perDelivery.toFixed(1)].map(cell).join(''));
  }
  const file = join(workspace.folder, `${lesson.name}.svg`);
  await mkdir(workspace.folder, { recursive: true });
  await writeFile(file, plot(rows));
  console.log(`\nYour plot of it: ${relative(process.cwd(), file)}. Open it with a browser.`);
}

async function slow({ createBroadcast }: typeof Solution): Promise<void> {
  const { clients, letters, bytes } = SLOW;
  console.log(`${clients} clients, one of which never reads. ${megabytes(bytes)} are published to each.\n`);
  console.log(['limit', 'dropped after', 'most in its queue'].map(cell).join(''));
  for (const limit of [LIMIT, Infinity]) {
    const scene = await setUp({ createBroadcast, limit, readers: clients - 1, deaf: 1 });
    // Each frame is other bytes, as in a chat.
    let [sent, most] = [0, 0];
    let dropped: number | undefined;
    for (let number = 0; sent < bytes; number++) {
      const message = String(number).padEnd(letters, 'x');
      await scene.publish(message);
      sent += encode(message).length;
      most = Math.max(most, scene.broadcast.stats().waiting);
      if (scene.sockets.some(({ destroyed }) => destroyed)) dropped ??= sent;
    }
    await scene.end();
    const shown = [
      limit === Infinity ? 'none' : megabytes(limit),
      dropped === undefined ? 'never' : megabytes(dropped),
      megabytes(most),
    ];
    console.log(shown.map(cell).join(''));
  }
  console.log(`\nEach of the other ${clients - 1} got everything, both times.`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function cell(text: string): string {
  return text.padStart(19);
}

try {
  const piece = await load();
  await (positionals.includes('slow') ? slow(piece) : cost(piece, Number(flags.rounds)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
