/** Several processes that change the shared keys at the same time: none undoes what another has done. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseKeyFile } from '#channel/psk/keys';
import { lockFile } from '#data-folder/file-lock';
import { Program } from '../support/programs/program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-rotation-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const keysIn = async (file: string) => parseKeyFile(await readFile(file, 'utf8'));

it('psk rotate, four at once, gives four new keys', { timeout: 60_000 }, async () => {
  const file = join(folder, 'psk.keys');
  await writeFile(file, `demo-old:${'11'.repeat(32)}\n`, { mode: 0o600 });
  const rotations = Array.from(
    { length: 4 },
    () => new Program(['psk', 'rotate', '--json', '--data', folder]),
  );
  const ends = await Promise.all(rotations.map(({ finished }) => finished));
  expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']));
  const made = ends.map(({ stdout }) => JSON.parse(stdout) as { id: string; before: string });
  const keys = await keysIn(file);
  expect(keys.map(({ id }) => id).toSorted()).toEqual(['demo-old', ...made.map(({ id }) => id)].toSorted());
  // One after the other: each ended the key of the one before it.
  expect(new Set(made.map(({ before }) => before)).size).toBe(4);
  expect(keys.filter(({ until }) => until === undefined)).toHaveLength(1);
  expect(((await stat(`${file}.lock`)).mode & 0o777).toString(8)).toBe('600');
});

it('psk rotate changes nothing while another command has the keys', { timeout: 60_000 }, async () => {
  const file = join(folder, 'psk.keys');
  const text = `demo-old:${'11'.repeat(32)}\n`;
  await writeFile(file, text, { mode: 0o600 });
  const unlock = await lockFile(`${file}.lock`, { patience: 0 });
  const rotation = new Program(['psk', 'rotate', '--data', folder]);
  const { code, stderr } = await rotation.finished;
  await unlock();
  expect([code, stderr]).toEqual([1, expect.stringMatching(/another program \(process \d+\) has held/)]);
  expect(await readFile(file, 'utf8')).toBe(text);
});
