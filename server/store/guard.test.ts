import { copyFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { databaseAt, said, storeAt, temporaryFolder } from '../../test/support/chat/stores.ts';
import { storeFailure } from './errors.ts';

const onPosix = describe.skipIf(process.platform === 'win32');

async function guardedStore() {
  const folder = await temporaryFolder();
  const file = join(folder, 'chat.sqlite');
  const lock = join(folder, 'server.lock');
  await writeFile(lock, '');
  const told: string[] = [];
  const store = await storeAt(file, { otherFiles: [lock], onDisplaced: (text) => void told.push(text) });
  await store.commit([said(1, 'one')]);
  return { folder, file, lock, store, told };
}

type Places = Awaited<ReturnType<typeof guardedStore>>;

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'stored',
    (error: unknown) => storeFailure(error) ?? error,
  );

const HARMS: readonly [what: string, harm: (places: Places) => Promise<unknown>, said: string][] = [
  ['the database is deleted', ({ file }) => rm(file), 'chat.sqlite was deleted or moved away'],
  [
    'the database is moved away',
    ({ file }) => rename(file, `${file}.old`),
    'chat.sqlite was deleted or moved away',
  ],
  [
    'the database is replaced by a renaming',
    async ({ file }) => {
      await copyFile(file, `${file}.new`);
      await rename(`${file}.new`, file);
    },
    'chat.sqlite was replaced',
  ],
  [
    'all its files are deleted',
    ({ file }) => Promise.all(['', '-wal', '-shm'].map((part) => rm(`${file}${part}`))),
    'chat.sqlite was deleted or moved away',
  ],
  [
    'the log of commits is deleted',
    ({ file }) => rm(`${file}-wal`),
    'chat.sqlite-wal was deleted or moved away',
  ],
  [
    'the index of that log is deleted',
    ({ file }) => rm(`${file}-shm`),
    'chat.sqlite-shm was deleted or moved away',
  ],
  [
    'the lock of the folder is replaced',
    async ({ lock }) => {
      await writeFile(`${lock}.new`, '');
      await rename(`${lock}.new`, lock);
    },
    'server.lock was',
  ],
];

onPosix('an open store', () => {
  it.each(HARMS)('refuses every change when %s', async (_, harm, words) => {
    const places = await guardedStore();
    const { store, told, file } = places;
    await harm(places);
    expect(await failure(store.commit([said(2, 'two')]))).toBe('read_only');
    expect(await failure(store.audit({ ts: 1, event: 'server.started', actor: 'x' }))).toBe('read_only');
    expect(await failure(store.answers.editMessage({ id: 1, text: 'x', now: 1 }))).toBe('read_only');
    expect(await failure(store.removeAccount(1))).toBe('read_only');
    expect((await store.history({ room: 'lobby', limit: 9 })).messages).toMatchObject([{ text: 'one' }]);
    expect(store.displaced()).toContain(words);
    // Reported once, with where to find everything that was stored before.
    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(told[0]).toContain(words);
    const copy = (await readdir(places.folder)).find((name) => name.includes('.rescued-'));
    if (copy !== undefined) expect(told[1]).toContain(copy);
    const db = await databaseAt(copy === undefined ? file : join(places.folder, copy));
    expect(await db('messages').select('text')).toEqual([{ text: 'one' }]);
  });

  it('accepts changes again when the database has been moved back', async () => {
    const { store, file, told } = await guardedStore();
    await rename(file, `${file}.old`);
    expect(await failure(store.commit([said(2, 'two')]))).toBe('read_only');
    await rename(`${file}.old`, file);
    await store.commit([said(2, 'two')]);
    expect(store.displaced()).toBeUndefined();
    expect(told.join()).toContain('in their place again');
  });

  it('refuses a change that was under way when the database was moved away', async () => {
    const { store, file } = await guardedStore();
    const commit = failure(store.commit([said(2, 'two')]));
    await rename(file, `${file}.old`);
    // The commit may have been acknowledged just before; then the open file has it.
    const outcome = await commit;
    const { messages } = await store.history({ room: 'lobby', limit: 9 });
    const texts = messages.map(({ text }) => text);
    if (outcome === 'stored') expect(texts).toContain('two');
    else expect(outcome).toBe('read_only');
  });
});
