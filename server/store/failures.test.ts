/** A disk that is full or cannot be written to: its errors are told apart from bugs, and end when the cause does. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NewMessage } from '#chat/effects';
import { describeWithDisk, fillDisk, makeReadOnly, newDisk } from '../../test/support/programs/disk.ts';
import {
  NOW,
  databaseAt,
  loginOf,
  newAccount,
  said,
  storeAt,
  temporaryFolder,
} from '../../test/support/chat/stores.ts';
import { Commits } from './commits.ts';
import { transaction } from './database.ts';
import { StoreBusyError, storeFailure } from './errors.ts';
import { lastId } from './messages.ts';
import { openStore } from './store.ts';

const failure = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'no failure',
    (error: unknown) => storeFailure(error),
  );

const PAGE_OF_TEXT = 'x'.repeat(4_000);
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => said(from + at, PAGE_OF_TEXT));

/** The same rows as a step of a transaction. */
async function insertRows(trx: Knex, batch: readonly NewMessage[]): Promise<void> {
  for (const { id, room, from: sender, author, text, ts, via } of batch)
    await trx('messages').insert({ id, room, sender, author, text, ts, via });
}

/** A database with its commits, closed with the test. */
async function commitsAt(file: string): Promise<{ db: Knex; insert: Commits['insert'] }> {
  const db = await databaseAt(file);
  const commits = new Commits(db);
  onTestFinished(() => commits.close());
  return { db, insert: (batch) => commits.insert(batch) };
}

/** Leaves room for five pages. */
async function fillUp(db: Knex): Promise<void> {
  const rows = await db.raw<{ page_count: number }[]>('pragma page_count');
  await db.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 5}`);
}

describe('a full database', () => {
  it('is read only: nothing of the batch is stored, reading goes on, and so does writing once there is room', async () => {
    const { db, insert } = await commitsAt(join(await temporaryFolder(), 'chat.sqlite'));
    await insert(many(1, 10));
    await fillUp(db);
    expect(await failure(insert(many(11, 50)))).toBe('read_only');
    expect(await lastId(db)).toBe(10);
    await db.raw('pragma max_page_count = 100000');
    await insert(many(11, 50));
    expect(await lastId(db)).toBe(60);
  });

  it('leaves no transaction open', async () => {
    const db = await databaseAt(join(await temporaryFolder(), 'chat.sqlite'));
    await fillUp(db);
    const attempt = transaction(db, async (trx) => {
      await insertRows(trx, many(1, 2));
      await insertRows(trx, many(3, 50));
    });
    expect(await failure(attempt)).toBe('read_only');
    expect(await lastId(db)).toBe(0);
    await transaction(db, (trx) => insertRows(trx, many(1, 1)));
    expect(await lastId(db)).toBe(1);
  });
});

describe('a transaction whose commit fails', () => {
  it('is rolled back, and the next one works', async () => {
    const { db, insert } = await commitsAt(join(await temporaryFolder(), 'chat.sqlite'));
    const attempt = transaction(db, async (trx) => {
      // A deferred constraint is checked by COMMIT, and not before.
      await trx.raw('pragma defer_foreign_keys = on');
      await trx('devices').insert({ account: 99, hash: 'aa', seen: 1 });
    });
    await expect(attempt).rejects.toThrow('FOREIGN KEY');
    await transaction(db, (trx) => insertRows(trx, [said(1, 'one')]));
    await insert([said(2, 'two')]);
    expect(await db('devices').select()).toEqual([]);
    expect(await lastId(db)).toBe(2);
  });
});

describeWithDisk('a full disk', () => {
  it('lets reading go on, and writing when there is room again, on the same open store', async () => {
    const folder = await newDisk(8 * 1024 * 1024);
    const store = await storeAt(join(folder, 'chat.sqlite'));
    const ana = await newAccount(store, 'Ana');
    await store.answers.startSession({ session: loginOf(ana.id, 's1') });
    await store.commit(many(1, 10));
    await store.audit({ ts: NOW, event: 'server.started', actor: 'server' });
    const makeRoom = await fillDisk(folder);

    expect(await failure(store.commit(many(11, 2_000)))).toBe('read_only');
    const { answers } = store;
    const writes = [
      answers.setPassword({ id: ana.id, passwordHash: PAGE_OF_TEXT }),
      answers.startSession({ session: loginOf(ana.id, 's2', { address: PAGE_OF_TEXT }) }),
      answers.deleteMessage({ id: 3, by: PAGE_OF_TEXT, now: NOW }),
      store.audit({ ts: NOW, event: 'login.failed', actor: PAGE_OF_TEXT }),
      store.commit([said(11, 'eleven')]),
    ];
    expect(await Promise.all(writes.map(failure))).toEqual(writes.map(() => 'read_only'));
    const { messages } = await store.history({ room: 'lobby', limit: 1 });
    expect(messages).toMatchObject([{ id: 10 }]);
    expect(await answers.search({ text: 'anything', rooms: ['lobby'], limit: 1 })).toBeDefined();
    expect(await answers.sessionByToken({ hash: 'hash of s1' })).toMatchObject({ account: ana });

    await makeRoom();
    await store.commit([said(11, 'eleven')]);
    expect(await answers.deleteMessage({ id: 3, by: 'Ana', now: NOW })).toBe(1);
    await store.audit({ ts: NOW, event: 'login.failed', actor: 'Ana' });
    expect(await store.verifyAudit()).toBeUndefined();
    expect(await store.seed()).toMatchObject({ lastId: 11 });
    expect(await failure(store.backup(join(folder, 'copy.sqlite')))).toBe('no failure');
  });

  it('says why there is no room for a backup, and leaves none behind', async () => {
    const folder = await newDisk(1024 * 1024);
    const store = await storeAt(join(await temporaryFolder(), 'chat.sqlite'));
    await store.commit(many(1, 500));
    await expect(store.backup(join(folder, 'copy.sqlite'))).rejects.toThrow('full');
    await writeFile(join(folder, 'room'), Buffer.alloc(900_000));
  });

  it('is reported when the store is opened, if nothing can be written', async () => {
    const folder = await newDisk(4 * 1024 * 1024);
    const file = join(folder, 'chat.sqlite');
    await (await openStore(file)).close();
    makeReadOnly(folder);
    await expect(openStore(file)).rejects.toThrow(`the database ${file} cannot be opened`);
  });
});

describe('a store that is opened to read', () => {
  it('reads, and refuses every change as read only', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const writer = await storeAt(file);
    await newAccount(writer, 'Ana');
    await writer.commit([said(1, 'one')]);
    const reader = await storeAt(file, { readOnly: true });
    expect((await reader.history({ room: 'lobby', limit: 1 })).messages).toMatchObject([{ id: 1 }]);
    expect(await reader.accounts({ limit: 9 })).toMatchObject({ accounts: [{ name: 'Ana' }] });
    expect(await failure(reader.commit([said(2, 'two')]))).toBe('read_only');
    expect(await failure(reader.answers.setRole({ id: 1, role: 'admin' }))).toBe('read_only');
    expect(await failure(reader.answers.deleteMessage({ id: 1, by: 'x', now: NOW }))).toBe('read_only');
    expect(await failure(reader.audit({ ts: 1, event: 'server.started', actor: 'x' }))).toBe('read_only');
    await writer.commit([said(2, 'two')]);
  });

  it('does not create a database where there is none', async () => {
    const file = join(await temporaryFolder(), 'none.sqlite');
    await expect(openStore(file, { readOnly: true })).rejects.toThrow('none.sqlite cannot be opened');
  });
});

describe('a failure', () => {
  it.each([
    ['SQLITE_FULL', 'read_only'],
    ['SQLITE_READONLY', 'read_only'],
    ['SQLITE_IOERR', 'read_only'],
    ['SQLITE_BUSY', 'busy'],
    ['SQLITE_CONSTRAINT', undefined],
    ['SQLITE_CORRUPT', undefined],
    ['toString', undefined],
  ])('of code %s is %s', (code, meaning) => {
    expect(storeFailure(Object.assign(new Error('x'), { code }))).toBe(meaning);
  });

  it('of an overloaded store is busy, and anything else is a bug', () => {
    expect(storeFailure(new StoreBusyError('later'))).toBe('busy');
    expect(storeFailure(new TypeError('x'))).toBeUndefined();
    expect(storeFailure('SQLITE_FULL')).toBeUndefined();
  });

  it('does not reveal what was to be stored', async () => {
    const store = await storeAt(join(await temporaryFolder(), 'chat.sqlite'));
    await store.commit([said(1, 'one')]);
    const error: unknown = await store.commit([said(1, 'a secret')]).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(Error);
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain('secret');
  });
});
