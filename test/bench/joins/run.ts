/**
 * `npm run bench:joins`: how fast clients come in, what memory they take, and how soon they are back after the server
 * was killed, compared with bare servers that only answer. Prints the page and writes
 * `docs/reference/performance-joins.md`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { JoinOrder, JoinResult, Kind, OwnKind, ReturnOrder, ReturnResult } from '../contract.ts';
import { startProcess, startServerOf } from '../processes.ts';
import { JOINING, type JoinFigures, RETURNING, SIZES, joinsReport } from './report.ts';

const PAGE = new URL('../../../docs/reference/performance-joins.md', import.meta.url);

const { rounds, sizes, write } = new Command('bench:joins')
  .option('--rounds <n>', 'how often each figure is measured', Number, 3)
  .option('--sizes <list>', 'numbers of clients', (text) => text.split(',').map(Number), [...SIZES])
  .option('--no-write', 'only print; leave the page as it is')
  .parse()
  .opts<{ rounds: number; sizes: number[]; write: boolean }>();

const figures: JoinFigures = { joins: new Map(), returns: [] };
for (let round = 0; round < rounds; round++) {
  for (const size of sizes) for (const kind of JOINING) await measure(kind, size);
  figures.returns.push(await comeBack('plain', RETURNING));
}
const text = joinsReport(figures, { rounds, sizes });
process.stdout.write(`\n${text}`);
if (write) await writeFile(PAGE, text);

async function measure(kind: Kind, clients: number): Promise<void> {
  process.stderr.write(`\r${kind}, ${clients} clients join        `);
  const server = await startServerOf(kind, { mode: 'joins' });
  const loader = startProcess('joins/load.ts');
  const { port, ca, psk } = server;
  const { seconds } = await loader.ask<JoinResult>({ kind, port, ca, psk, clients } satisfies JoinOrder);
  const { rss } = await server.usage();
  const name = `${kind} ${clients}`;
  figures.joins.set(name, [...(figures.joins.get(name) ?? []), { rate: clients / seconds, seconds, rss }]);
  await Promise.all([loader.end(), server.end()]);
}

/** Seconds from the kill until everyone is back and has read what was said before it and in the meantime. */
async function comeBack(kind: OwnKind, clients: number): Promise<number> {
  process.stderr.write(`\r${kind}, ${clients} clients come back        `);
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-bench-'));
  const killed = await startServerOf(kind, { mode: 'joins', folder });
  const { port, ca, psk } = killed;
  const loader = startProcess('joins/return.ts');
  await loader.ask({ kind, port, ca, psk, clients } satisfies ReturnOrder);
  await loader.ask<ReturnResult>({});
  killed.kill();
  const begin = performance.now();
  const [server, { duplicated }] = await Promise.all([
    startServerOf(kind, { mode: 'joins', folder, port }),
    loader.ask<ReturnResult>({ wait: true }),
  ]);
  const seconds = (performance.now() - begin) / 1000;
  if (duplicated > 0) throw new Error(`${duplicated} clients have read a message twice`);
  await Promise.all([loader.end(), server.end()]);
  await rm(folder, { recursive: true, force: true });
  return seconds;
}
