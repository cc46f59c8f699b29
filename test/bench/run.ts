/**
 * `npm run bench:delivery`: how much the chat delivers on each wire, compared with the least that a broadcast can do.
 * Every server and every load is a process of its own. Everything that is compared runs in the same call, in turn,
 * for several rounds, and the medians count. Prints the table and writes `docs/reference/performance.md`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { KINDS, type Kind, type LoadOrder, type LoadResult } from './contract.ts';
import { type Figures, report } from './report.ts';
import { sealedFramesPerSecond } from './sealing.ts';

const PAGE = new URL('../../docs/reference/performance.md', import.meta.url);
const CLIENTS = [100, 1_000] as const;
/** Messages under way at once at saturation; each server is measured with both, and its better figure counts. */
const WINDOWS = [500, 4_000] as const;
/** Messages per second in the latency run: a busy room, far from saturation. */
const RATES: Readonly<Record<(typeof CLIENTS)[number], number>> = { 100: 100, 1_000: 20 };

const { rounds, seconds, write } = new Command('bench')
  .option('--rounds <n>', 'how often each figure is measured', Number, 2)
  .option('--seconds <n>', 'length of one measurement', Number, 3)
  .option('--no-write', 'only print; leave the page as it is')
  .parse()
  .opts<{ rounds: number; seconds: number; write: boolean }>();

const psk = randomBytes(32).toString('hex');
const figures: Figures = { throughput: new Map(), latency: new Map(), sealing: [] };
const total = rounds * CLIENTS.length * KINDS.length * (WINDOWS.length + 1);
let done = 0;

for (let round = 0; round < rounds; round++) {
  figures.sealing.push(sealedFramesPerSecond(1_000));
  for (const clients of CLIENTS) for (const kind of KINDS) await measure(kind, clients);
}
const text = report(figures, { rounds, seconds });
process.stdout.write(`\n${text}`);
if (write) await writeFile(PAGE, text);

async function measure(kind: Kind, clients: (typeof CLIENTS)[number]): Promise<void> {
  const name = `${kind} ${clients}`;
  const saturated: number[] = [];
  for (const window of WINDOWS) {
    const { deliveriesPerSecond } = await inTurn(kind, clients, { kind: 'saturate', window });
    saturated.push(deliveriesPerSecond);
  }
  collect(figures.throughput, name, Math.max(...saturated));
  collect(figures.latency, name, await inTurn(kind, clients, { kind: 'steady', rate: RATES[clients] }));
}

/** Starts one server and one load, both fresh, and ends both afterwards. */
async function inTurn(kind: Kind, clients: number, load: LoadOrder['load']): Promise<LoadResult> {
  process.stderr.write(
    `\r${String(++done).padStart(4)} of ${total}  ${kind}, ${clients} clients, ${load.kind}        `,
  );
  const env = { ...process.env, BENCH_PSK: psk };
  const server = start('server.ts', [kind], env);
  const { port, ca } = JSON.parse(await firstLine(server)) as { port: number; ca: string };
  const loader = start('load.ts', []);
  loader.stdin?.end(JSON.stringify({ kind, port, ca, psk, clients, seconds, load } satisfies LoadOrder));
  const result = JSON.parse(await firstLine(loader)) as LoadResult;
  server.stdin?.end();
  if (server.exitCode === null) await once(server, 'exit');
  return result;
}

function start(file: string, args: readonly string[], env = process.env): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Rejects when the process ends without a word. */
async function firstLine(child: ChildProcess): Promise<string> {
  const line = once(createInterface(child.stdout as NodeJS.ReadableStream), 'line').then(
    ([text]) => text as string,
  );
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.slice(3).join(' ')} ended with ${String(code)}`);
  });
  return Promise.race([line, gone]);
}

function collect<T>(map: Map<string, T[]>, name: string, value: T): void {
  const values = map.get(name);
  if (values) values.push(value);
  else map.set(name, [value]);
}
