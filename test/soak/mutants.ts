/** Damaged frames by the ten thousand on one wire of the real program: what stays of them, and what others notice. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rssOf } from '../support/programs/kernel.ts';
import { startServe, targetOf } from '../support/programs/program.ts';
import { machine, median, mib, ms, percentile } from './figures.ts';
import { PING_PACE_MS, guest, pingsOf } from './people.ts';
import type { Soak } from './soak.ts';

/** What 5,700 connections leave behind in memory: hardly more than the tap may hold of them. */
export const MOST_BYTES = 64 * 2 ** 20;
const MOST_P99_MS = 250;
const SENDER = fileURLToPath(new URL('./mutants-sender.ts', import.meta.url));

export const mutants: Soak = {
  name: 'mutants',
  shows: `100,000 frames, half of them damaged: at most ${mib(MOST_BYTES)} stay, others wait at most ${MOST_P99_MS} ms (p99)`,
  amount: { rounds: 5_700, minutes: Infinity },
  run: async ({ rounds }) => {
    const { frames, before, after, calm, pings } = await bombard(rounds);
    const p99 = percentile(pings, 0.99);
    const of = (times: readonly number[]): string =>
      `${ms(median(times))}, p99 ${ms(percentile(times, 0.99))}`;
    const text =
      `${frames} frames on ${rounds} connections (${machine()}): memory ${mib(before)} before, ${mib(after)} after; ` +
      `pings of another: before ${of(calm)}; meanwhile ${of(pings)}, at most ${ms(Math.max(...pings))}`;
    if (after - before > MOST_BYTES) throw new Error(`too much stays\n${text}`);
    if (p99 > MOST_P99_MS) throw new Error(`others waited\n${text}`);
    return text;
  },
};

export interface Bombardment {
  readonly frames: number;
  /** Bytes of memory that the server had in use. */
  readonly before: number;
  readonly after: number;
  /** Milliseconds from ping to pong of somebody else, before and meanwhile. */
  readonly calm: readonly number[];
  readonly pings: readonly number[];
}

/** Rejects when somebody else is not served any more. */
export async function bombard(connections: number): Promise<Bombardment> {
  const data = await mkdtemp(join(tmpdir(), 'wireglass-mutants-'));
  const { program, ready } = await startServe(data, '--log', 'error');
  try {
    const witness = await guest(await targetOf(ready, 'tls'), 'witness');
    const calm = await pingsOf(witness, new Promise((resolve) => setTimeout(resolve, 100 * PING_PACE_MS)));
    const before = await rssOf(ready.pid);
    const { port } = await targetOf(ready, 'plain');
    const sending = send(port, connections);
    const pings = await pingsOf(witness, sending);
    const after = await rssOf(ready.pid);
    await witness.close();
    await (await guest(await targetOf(ready, 'plain'), 'newcomer')).close();
    return { frames: await sending, before, after, calm, pings };
  } finally {
    program.child.kill('SIGTERM');
    await program.finished;
    await rm(data, { recursive: true, force: true });
  }
}

async function send(port: number, connections: number): Promise<number> {
  const child = fork(SENDER, [`${port}`, `${connections}`], { execArgv: ['--import', 'tsx'] });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the sender ended with ${String(code)}`);
  });
  gone.catch(() => undefined);
  const [sent] = (await Promise.race([once(child, 'message'), gone])) as [number];
  return sent;
}
