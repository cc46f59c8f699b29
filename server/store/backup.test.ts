import { readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { databaseAt, newAccount, said, storeAt, temporaryFolder } from '../../test/support/chat/stores.ts';
import { checkDatabase } from './backup.ts';
import { STEP_NAMES } from './migrations/migrations.ts';

async function storeIn(folder: string) {
  const file = join(folder, 'chat.sqlite');
  return { file, store: await storeAt(file), copy: join(folder, 'copy.sqlite') };
}

describe('a backup', () => {
  it('has everything, is readable by the owner alone, and can be opened', async () => {
    const { store, copy } = await storeIn(await temporaryFolder());
    await newAccount(store, 'Ana');
    await store.commit([said(1, 'one'), said(2, 'two')]);
    await store.audit({ ts: 1, event: 'server.started', actor: 'server' });
    const before = process.umask(0);
    try {
      await store.backup(copy);
    } finally {
      process.umask(before);
    }
    expect((await stat(copy)).mode & 0o777).toBe(0o600);
    expect(await checkDatabase(copy)).toEqual({ problems: [], pending: [] });
    const restored = await storeAt(copy);
    expect(await restored.seed()).toMatchObject({
      lastId: 2,
      accounts: [{ id: 1, name: 'Ana', key: 'ana' }],
    });
    expect(await restored.verifyAudit()).toBeUndefined();
    const found = await restored.answers.search({ text: 'two', rooms: ['lobby'], limit: 1 });
    expect(found?.messages).toMatchObject([{ id: 2 }]);
  });

  it('is a single state of the database while others write', async () => {
    const { store, copy } = await storeIn(await temporaryFolder());
    const batch = 50;
    let id = 0;
    const commit = () => store.commit(Array.from({ length: batch }, () => said(++id, 'x'.repeat(200))));
    for (let at = 0; at < 40; at++) await commit();
    const backup = store.backup(copy);
    let going = true;
    void backup.finally(() => (going = false)).catch(() => undefined);
    while (going) await commit();
    await backup;
    const { lastId } = await (await storeAt(copy)).seed();
    expect(lastId % batch).toBe(0);
    expect(lastId).toBeGreaterThanOrEqual(40 * batch);
    expect(lastId).toBeLessThan(id);
  });

  it('never takes the place of a file', async () => {
    const { store, copy } = await storeIn(await temporaryFolder());
    await writeFile(copy, 'precious');
    await expect(store.backup(copy)).rejects.toThrow('the file exists already');
    expect(await readFile(copy, 'utf8')).toBe('precious');
    expect((await readdir(dirname(copy))).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('says so when there is no such folder', async () => {
    const { store, copy } = await storeIn(await temporaryFolder());
    await expect(store.backup(join(copy, 'x.sqlite'))).rejects.toThrow('no backup was written');
  });
});

describe('the check of a database', () => {
  it('finds nothing wrong with one in use', async () => {
    const { store, file } = await storeIn(await temporaryFolder());
    await store.commit([said(1, 'one')]);
    expect(await checkDatabase(file)).toEqual({ problems: [], pending: [] });
  });

  it('finds damage', async () => {
    const { store, copy } = await storeIn(await temporaryFolder());
    await store.commit(Array.from({ length: 500 }, (_, at) => said(at + 1, 'x'.repeat(100))));
    await store.backup(copy);
    const bytes = await readFile(copy);
    const page = 4096;
    bytes.fill(0xff, page * 10, page * 12);
    await writeFile(copy, bytes);
    expect((await checkDatabase(copy)).problems).not.toEqual([]);
    await truncate(copy, page * 3);
    expect((await checkDatabase(copy)).problems).not.toEqual([]);
  });

  it('finds a file that is not a database, a missing file, and a database of a later version', async () => {
    const { file, copy } = await storeIn(await temporaryFolder());
    await writeFile(
      copy,
      'this is a text, and quite a long one, so that it has more than a header has'.repeat(9),
    );
    expect((await checkDatabase(copy)).problems).toEqual([
      expect.stringContaining('file is not a database') as string,
    ]);
    expect((await checkDatabase(`${copy}2`)).problems).toEqual([expect.stringContaining('ENOENT') as string]);
    const db = await databaseAt(file);
    await db('knex_migrations').insert({ name: '999-future', batch: 2, migration_time: 0 });
    expect((await checkDatabase(file)).problems).toEqual([expect.stringContaining('999-future') as string]);
  });

  it('says which migrations are still to be run', async () => {
    const { file } = await storeIn(await temporaryFolder());
    const db = await databaseAt(file);
    const last = STEP_NAMES.at(-1);
    await db('knex_migrations').where({ name: last }).del();
    expect(await checkDatabase(file)).toEqual({ problems: [], pending: [last] });
  });
});
