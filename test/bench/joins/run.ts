/**
 * `npm run bench:joins`: how fast clients come in, and what memory they take, beside a bare server that only answers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JoinOrder, JoinResult, Kind } from '../contract.ts';

const psk = randomBytes(32).toString('hex');
const [kinds = 'plain,bare-net', sizes = '100,1000'] = process.argv.slice(2);
for (const size of sizes.split(',').map(Number))
  for (const kind of kinds.split(',') as Kind[]) {
    const { seconds, rss, cpu } = await measure(kind, size);
    console.log(
      kind.padEnd(10),
      String(size).padStart(6),
      `${(size / seconds).toFixed(0)} joins/s`,
      `${seconds.toFixed(2)} s`,
      `${(rss / 2 ** 20).toFixed(0)} MiB`,
      `cpu ${cpu.toFixed(2)}`,
    );
  }

async function measure(kind: Kind, clients: number) {
  const server = start('../server.ts', [kind, 'joins'], { ...process.env, BENCH_PSK: psk });
  const { port, ca } = JSON.parse(await firstLine(server)) as { port: number; ca: string };
  const before = await cpuOf(server.pid ?? 0);
  const loader = start('load.ts', []);
  loader.stdin?.write(`${JSON.stringify({ kind, port, ca, psk, clients } satisfies JoinOrder)}\n`);
  const { seconds } = JSON.parse(await firstLine(loader)) as JoinResult;
  const cpu = (await cpuOf(server.pid ?? 0)) - before;
  const rss = await rssOf(server.pid ?? 0);
  loader.stdin?.end();
  await once(loader, 'exit');
  server.stdin?.end();
  if (server.exitCode === null) await once(server, 'exit');
  return { seconds, rss, cpu };
}

async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

async function cpuOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function start(file: string, args: readonly string[], env = process.env): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const line = once(createInterface(child.stdout as NodeJS.ReadableStream), 'line').then(
    ([text]) => text as string,
  );
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.slice(3).join(' ')} ended with ${String(code)}`);
  });
  return Promise.race([line, gone]);
}
