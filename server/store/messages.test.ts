import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import knex from 'knex';
import { describe, expect, it } from 'vitest';
import {
  NOW,
  databaseAt,
  said,
  storeAt,
  temporaryFolder,
  temporaryStore,
} from '../../test/support/chat/stores.ts';
import { messages as firstStep } from './migrations/001-messages.ts';

const shown = (id: number, text: string) => ({
  id,
  from: 'Ana',
  account: true,
  text,
  ts: NOW + id,
  via: 'tls',
});

describe('history', () => {
  it('returns the newest page, messages before an id and messages after one, oldest first', async () => {
    const store = await temporaryStore();
    await store.commit([1, 2, 3, 4, 5].map((id) => said(id, `m${id}`)));
    await store.commit([said(6, 'elsewhere', { room: 'other' })]);
    const ids = async (query: { before?: number; after?: number; limit: number }) => {
      const { messages, more } = await store.history({ room: 'lobby', ...query });
      return { ids: messages.map(({ id }) => id), more };
    };
    expect(await ids({ limit: 2 })).toEqual({ ids: [4, 5], more: true });
    expect(await ids({ limit: 2, before: 3 })).toEqual({ ids: [1, 2], more: false });
    expect(await ids({ limit: 2, after: 1 })).toEqual({ ids: [2, 3], more: true });
    expect(await ids({ limit: 9, after: 3, before: 5 })).toEqual({ ids: [4], more: false });
    expect(await ids({ limit: 0 })).toEqual({ ids: [], more: true });
  });

  it('is at hand once it was read, and read again after anything has changed', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'one')]);
    const query = { room: 'lobby', limit: 9, changes: {} };
    const { messageById, editMessage, deleteMessage, removeRoom } = store.answers;
    const kept = async (): Promise<unknown> => {
      const before = store.keptHistory(query);
      const page = await store.history(query);
      expect(store.keptHistory(query)).toBe(page);
      return before;
    };
    expect(await kept()).toBeUndefined();
    await messageById({ id: 1 });
    expect(await kept()).toMatchObject({ messages: [{ text: 'one' }], changes: { last: 0 } });
    const changes: (() => Promise<unknown>)[] = [
      () => store.commit([said(2, 'two')]),
      () => editMessage({ id: 1, text: 'uno', now: NOW }),
      () => deleteMessage({ id: 2, by: 'Ana', now: NOW }),
      () => removeRoom({ room: 'lobby', since: 0, by: 'Ana' }),
    ];
    for (const change of changes) {
      await change();
      expect(await kept()).toBeUndefined();
    }
    expect(store.keptHistory(query)).toMatchObject({ messages: [], changes: { last: 2 } });
  });

  it('cuts a page that would not fit a frame', async () => {
    const store = await temporaryStore();
    await store.commit(Array.from({ length: 20 }, (_, at) => said(at + 1, '€'.repeat(4_000))));
    const { messages, more } = await store.history({ room: 'lobby', limit: 20 });
    expect({ ids: messages.map(({ id }) => id), more }).toEqual({ ids: [19, 20], more: true });
  });

  it('says whether an account or a guest said it', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'one'), said(2, 'two', { author: '00112233445566778899aabbccddeeff' })]);
    const { messages } = await store.history({ room: 'lobby', limit: 9 });
    expect(messages.map(({ account }) => account)).toEqual([true, undefined]);
  });

  it('says what a message answers, when it was edited and whether it was deleted', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'one'), said(2, 'two', { replyTo: 1 }), said(3, 'three')]);
    expect(await store.answers.editMessage({ id: 1, text: 'ONE', now: NOW + 70 })).toBe(1);
    expect(await store.answers.deleteMessage({ id: 3, by: 'Ben', now: NOW + 80 })).toBe(2);
    expect((await store.history({ room: 'lobby', limit: 9 })).messages).toEqual([
      { ...shown(1, 'ONE'), edited: NOW + 70 },
      { ...shown(2, 'two'), reply_to: 1 },
      { ...shown(3, ''), deleted: true },
    ]);
  });
});

describe('a stored message', () => {
  it('is found by its number', async () => {
    const store = await temporaryStore();
    await store.commit([said(7, 'hi', { ref: 'r' })]);
    const info = { id: 7, room: 'lobby', from: 'Ana', author: 'account:1', ts: NOW + 7, via: 'tls' };
    expect(await store.answers.messageById({ id: 7 })).toEqual({ ...info, deleted: false });
    await store.answers.deleteMessage({ id: 7, by: 'Ana', now: NOW });
    expect(await store.answers.messageById({ id: 7 })).toEqual({ ...info, deleted: true });
    expect(await store.answers.messageById({ id: 8 })).toBeUndefined();
  });

  it('stays deleted: neither a change nor a second deletion finds it', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'gone'), said(2, 'gone', { ref: 'r' })]);
    await store.answers.editMessage({ id: 1, text: 'changed', now: NOW });
    expect(await store.answers.deleteMessage({ id: 1, by: 'Ana', now: NOW })).toBe(2);
    expect(await store.answers.editMessage({ id: 1, text: 'back', now: NOW })).toBeUndefined();
    expect(await store.answers.deleteMessage({ id: 1, by: 'Ben', now: NOW })).toBeUndefined();
    expect(await store.answers.editMessage({ id: 9, text: 'never', now: NOW })).toBeUndefined();
    const [first] = (await store.history({ room: 'lobby', limit: 2 })).messages;
    expect(first).toEqual({ ...shown(1, ''), deleted: true });
  });

  it('leaves nothing of its text in the file', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const store = await storeAt(file);
    await store.commit([said(1, 'unmistakable nonsense'), said(2, 'something else')]);
    await store.answers.search({ text: 'nonsense', rooms: ['lobby'], limit: 1 });
    const db = await databaseAt(file);
    const holds = async () => {
      await db.raw('pragma wal_checkpoint(truncate)');
      const bytes = await readFile(file);
      return ['unmistakable', 'something'].map((word) => bytes.includes(word));
    };
    expect(await holds()).toEqual([true, true]);
    await store.answers.deleteMessage({ id: 1, by: 'Ana', now: NOW });
    expect(await holds()).toEqual([false, true]);
  });
});

describe('a commit', () => {
  it('stores all of a batch or nothing', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'one')]);
    await expect(store.commit([said(2, 'two'), said(1, 'again')])).rejects.toThrow('UNIQUE');
    expect((await store.history({ room: 'lobby', limit: 9 })).messages).toEqual([shown(1, 'one')]);
  });

  it('leaves out messages whose reference was stored before, in another batch or the same', async () => {
    const store = await temporaryStore();
    expect(await store.commit([said(1, 'a', { ref: 'r1' }), said(2, 'b')])).toEqual(new Set());
    const batch = [
      said(3, 'a', { ref: 'r1' }),
      said(4, 'b'),
      said(5, 'c', { ref: 'r1', author: 'account:2' }),
      said(6, 'd', { ref: 'r6', room: 'other' }),
      said(7, 'd', { ref: 'r6', room: 'other' }),
    ];
    expect(await store.commit(batch)).toEqual(new Set([3, 7]));
    const stored = (await store.history({ room: 'lobby', limit: 9 })).messages;
    expect(stored.map(({ id }) => id)).toEqual([1, 2, 4, 5]);
    const receipt = (ref: string) => store.answers.messageByRef({ author: 'account:1', ref });
    expect(await receipt('r1')).toEqual({ id: 1, room: 'lobby', ts: NOW + 1 });
    expect(await receipt('r6')).toEqual({ id: 6, room: 'other', ts: NOW + 6 });
    expect(await receipt('r9')).toBeUndefined();
  });
});

describe('a database of the first version', () => {
  it('keeps its messages, and they can be found', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const old = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
    await old.migrate.latest({
      migrationSource: {
        getMigrations: () => Promise.resolve([firstStep]),
        getMigrationName: () => firstStep.name,
        getMigration: () => Promise.resolve(firstStep),
      },
    });
    const { from: sender, origin: _, ...row } = said(1, 'from long ago');
    await old('messages').insert({ ...row, sender });
    for (const id of [2, 3]) {
      const { from: author, origin: _origin, ...twice } = said(id, 'twice', { ref: 'r' });
      await old('messages').insert({ ...twice, sender: author });
    }
    await old.destroy();
    const store = await storeAt(file);
    expect(await store.seed()).toMatchObject({ lastId: 3 });
    const found = await store.answers.search({ text: 'long', rooms: ['lobby'], limit: 9 });
    expect(found?.messages).toEqual([{ ...shown(1, 'from long ago'), room: 'lobby' }]);
    // The first message keeps its reference; nothing is lost.
    expect(await store.answers.messageByRef({ author: 'account:1', ref: 'r' })).toMatchObject({ id: 2 });
    expect((await store.history({ room: 'lobby', limit: 9 })).messages).toHaveLength(3);
  });
});
