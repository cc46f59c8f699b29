/** Several captures at once of all that the tap holds, in small packets: whether somebody else notices. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UNBOUNDED_RATES, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { machine, median, mib, ms, percentile } from './figures.ts';
import { guest, hear, pingsOf } from './people.ts';
import type { Soak } from './soak.ts';
import type { Target } from '#client/connect/supervisor';

const AT_ONCE = 4;
/** Bytes that the tap holds, by its own count. */
const HELD = 43 * 2 ** 20;
const MOST_MS = 100;
const CALM_MS = 2_000;
const TALKERS = 16;
/** Takes as many captures as it is told to, and prints how long one is. */
const TAKE = `
  const take = async () => {
    let bytes = 0;
    for await (const piece of (await fetch(process.argv[1])).body) bytes += piece.length;
    return bytes;
  };
  Promise.all(Array.from({ length: ${AT_ONCE} }, take)).then(([bytes]) => console.log(bytes));`;

export const captures: Soak = {
  name: 'captures',
  shows: `${AT_ONCE} captures at once of ${mib(HELD)} in small packets: nobody waits longer than ${MOST_MS} ms`,
  amount: { rounds: 1, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-captures-'));
    const { program, ready } = await startServe(data, '--log', 'error', ...UNBOUNDED_RATES);
    try {
      await fill(ready, progress);
      const lines: string[] = [];
      for (let round = 0; round < rounds; round++) lines.push(await measure(ready, round));
      return lines.join('\n');
    } finally {
      program.child.kill('SIGTERM');
      await program.finished;
      await rm(data, { recursive: true, force: true });
    }
  },
};

/** Talks until the tap holds enough: each ping and each pong is a packet of its own. */
async function fill(ready: Ready, progress: (line: string) => void): Promise<void> {
  const target = await targetOf(ready, 'plain');
  let held = 0;
  const talking = Array.from({ length: TALKERS }, (_, at) => talk(target, `talker-${at}`, () => held < HELD));
  while (held < HELD) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    held = await heldBy(ready);
    progress(`the tap holds ${mib(held)}`);
  }
  await Promise.all(talking);
}

async function talk(target: Target, name: string, goOn: () => boolean): Promise<void> {
  const talker = await guest(target, name);
  while (goOn()) {
    talker.say({ type: 'ping' });
    await hear(talker, 'pong');
  }
  await talker.close();
}

async function heldBy({ url }: Ready): Promise<number> {
  const page = await (await fetch(new URL('/metrics', url))).text();
  return Number(/^wireglass_tap_held_bytes (\S+)$/m.exec(page)?.[1]);
}

async function measure(ready: Ready, round: number): Promise<string> {
  const witness = await guest(await targetOf(ready, 'tls'), `witness-${round}`);
  const held = await heldBy(ready);
  const calm = await pingsOf(witness, new Promise((resolve) => setTimeout(resolve, CALM_MS)));
  const begin = performance.now();
  const downloads = download(ready);
  const pings = await pingsOf(witness, downloads);
  const took = performance.now() - begin;
  const bytes = await downloads;
  await witness.close();
  const of = (times: readonly number[]): string =>
    `${ms(median(times))}, p99 ${ms(percentile(times, 0.99))}, at most ${ms(Math.max(...times))}`;
  const said =
    `${mib(held)} held, ${AT_ONCE} captures of ${mib(bytes)} in ${ms(took)} (${machine()}): pings of another: ` +
    `before ${of(calm)}; meanwhile ${of(pings)}`;
  if (Math.max(...pings) > MOST_MS) throw new Error(`others waited\n${said}`);
  return said;
}

/** In another process, so that taking the captures does not hold up whoever watches. Gives the bytes of one. */
async function download(ready: Ready): Promise<number> {
  const child = spawn(process.execPath, ['-e', TAKE, String(new URL('/api/capture', ready.url))]);
  const said = text(child.stdout);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`a download ended with ${String(code)}`);
  return Number(await said);
}
