/** What a server allows its benches: how many are open, and for how long nobody may do anything at one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { BENCH_CAPS, type BenchMessage } from '#dissect/page-bench';
import { Benches, type Seat } from './benches.ts';

let folder: string;
let benches: Benches;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-benches-'));
  // In place of a bench: says that it stands, and does nothing.
  const program = join(folder, 'program.mjs');
  const open = `{ type: 'bench', message: { type: 'impossible', message: 'it stands' } }`;
  await writeFile(program, `process.on('message', () => process.send(${open}));`);
  benches = new Benches(program, folder);
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  await benches.close();
  await rm(folder, { recursive: true });
});

/** A seat whose bench is open, and what it is told. */
async function opened() {
  const told: BenchMessage[] = [];
  const waiting = new Set<() => void>();
  const seat: Seat = benches.seat((message) => {
    told.push(message);
    for (const look of waiting) look();
  });
  const next = (type: BenchMessage['type']): Promise<BenchMessage> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = told.find((message) => message.type === type);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  seat.request({ type: 'open', target: 'plain' });
  return { seat, told, next };
}

it('lets so many be open, and another one once one of them is left', async () => {
  const seats: Seat[] = [];
  for (let count = 0; count < BENCH_CAPS.open; count++) {
    const one = await opened();
    await one.next('impossible');
    seats.push(one.seat);
  }
  const late = await opened();
  expect(await late.next('over')).toMatchObject({ code: 'too_many_benches' });
  await seats.pop()?.leave();
  late.seat.request({ type: 'open', target: 'plain' });
  await late.next('impossible');
  await Promise.all([late.seat, ...seats].map((seat) => seat.leave()));
});

it('closes one at which nothing was done for long', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { seat, told, next } = await opened();
  await next('impossible');
  vi.advanceTimersByTime(BENCH_CAPS.idle - 1);
  seat.request({ type: 'pause' });
  vi.advanceTimersByTime(BENCH_CAPS.idle - 1);
  seat.request({ type: 'resume' });
  expect(told.filter(({ type }) => type === 'over')).toEqual([]);
  vi.advanceTimersByTime(BENCH_CAPS.idle);
  expect(await next('over')).toMatchObject({ code: 'bench_idle' });
});
