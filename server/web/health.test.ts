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

it('the server is healthy if the database can be written to', async () => {
  expect(await problems()).toEqual([]);
});

it('a failure to store a message counts until one is stored, or for half a minute', async () => {
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

it('a busy store still counts as healthy', async () => {
  tally.notStored('busy');
  expect(await problems()).toEqual([]);
});

it('a server that is shutting down says so, and so does one whose database is gone', async () => {
  expect(await problems(true)).toEqual(['the server is going away']);
  await rm(database);
  expect(await problems()).toEqual(['the database cannot be written to']);
});
