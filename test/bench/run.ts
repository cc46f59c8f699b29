/**
 * `npm run bench:delivery`: how much the chat delivers on each wire, compared with the least that a broadcast can do.
 * Every server and every load is a process of its own. Everything that is compared runs in the same call, in turn,
 * for several rounds, and the medians count. Prints the table and writes `docs/reference/performance.md`.
 */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { KINDS, type Kind, type LoadFigures, type LoadOrder, type LoadResult } from './contract.ts';
import { startProcess, startServerOf } from './processes.ts';
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
  const server = await startServerOf(kind);
  const loader = startProcess('load.ts');
  const { port, ca, psk } = server;
  const order: LoadOrder = { kind, port, ca, psk, clients, seconds, load };
  await loader.ask(order);
  await loader.ask({});
  const before = await server.usage();
  const result = await loader.ask<LoadFigures>({});
  const { cpu, active, commit } = await server.usage();
  await Promise.all([loader.end(), server.end()]);
  const { deliveries } = result;
  return {
    ...result,
    cpu: (cpu - before.cpu) / deliveries,
    active: (active - before.active) / deliveries,
    commit,
  };
}

function collect<T>(map: Map<string, T[]>, name: string, value: T): void {
  const values = map.get(name);
  if (values) values.push(value);
  else map.set(name, [value]);
}
