import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Tally } from '#runtime/tally';
import { healthProblems } from './health.ts';

let folder: string;
let database: string;
let tally: Tally;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-health-'));
  database = join(folder, 'chat.sqlite');
  await writeFile(database, '');
  tally = new Tally();
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const problems = (stopping = false): Promise<readonly string[]> =>
  healthProblems({ hub: { tally, stopping } as never }, database);

it('all is well where the database can be written to', async () => {
  expect(await problems()).toEqual([]);
});

it('a message that could not be stored counts until one can, or for half a minute', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  tally.notStored('read_only');
  expect(await problems()).toEqual(['the server cannot store anything now; reading goes on']);
  tally.stored(1);
  expect(await problems()).toEqual([]);
  tally.notStored('storage_failed');
  vi.advanceTimersByTime(29_000);
  expect(await problems()).toHaveLength(1);
  vi.advanceTimersByTime(2_000);
  expect(await problems()).toEqual([]);
});

it('a store with much to do is no sick one', async () => {
  tally.notStored('busy');
  expect(await problems()).toEqual([]);
});

it('a server that has begun to stop says so, and one whose database is gone', async () => {
  expect(await problems(true)).toEqual(['the server is going away']);
  await rm(database);
  expect(await problems()).toEqual(['the database cannot be written to']);
});
