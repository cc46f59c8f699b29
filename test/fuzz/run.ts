/**
 * `npm run fuzz -- --seconds N`: as many cases as fit the time. They run in a worker, so that one which never ends is
 * noticed too. A broken promise is printed with the shortest case that shows it; `--seed` and `--path` run it again.
 */
import { randomInt } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import { TIME_CAP } from './oracle.ts';
import { recordSeeds } from './seeds.ts';
import type { FuzzOrder, FuzzReport } from './worker.ts';

const MAX_SEED = 2 ** 31 - 1;
/** How late a sign of life from the worker may be on a busy machine, beyond the time that a case may take. */
const GRACE_MS = 8_000;
const { seconds, seed, path } = new Command('fuzz')
  .description('feed the dissection damaged flows and capture files, and check what it promises')
  .option('--seconds <n>', 'how long', positive, 60)
  .option(
    '--seed <n>',
    'seed of the random choices (default: a new one each time)',
    Number,
    randomInt(MAX_SEED),
  )
  .option('--path <path>', 'run only this case, as printed with a failure')
  .parse()
  .opts<{ seconds: number; seed: number; path?: string }>();

process.stderr.write('recording flows to start from …\n');
const seeds = await recordSeeds();
const order: FuzzOrder = { seeds, seconds, seed, ...(path === undefined ? {} : { path }) };
// Without this the process may not exit although everything is closed: Node does that after a TLS peer has left first.
process.exit(report(await fuzzed(order)));

function fuzzed(workerData: FuzzOrder): Promise<FuzzReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker-start.js', import.meta.url), { workerData });
    let running = '';
    let last = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - last < TIME_CAP + GRACE_MS) return;
      void worker.terminate();
      finish(() => resolve({ cases: 0, failure: `never ended:\n${running}` }));
    }, 500);
    const finish = (settle: () => void): void => {
      clearInterval(watch);
      settle();
    };
    worker.on('message', (message: { running: string; cases: number } | FuzzReport) => {
      last = performance.now();
      if (!('running' in message)) return finish(() => resolve(message));
      running = message.running;
      if (process.stderr.isTTY) process.stderr.write(`\r${message.cases.toLocaleString('en')} cases `);
    });
    worker.on('error', (error) => finish(() => reject(error)));
  });
}

function report({ cases, failure }: FuzzReport): number {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (failure === undefined) {
    process.stdout.write(
      `${cases.toLocaleString('en')} cases from ${seeds.length} flows, no promise broken (seed ${seed})\n`,
    );
    return 0;
  }
  process.stderr.write(`A promise was broken (seed ${seed}):\n${failure}\n`);
  return 1;
}

function positive(value: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('a number of seconds above 0');
}
