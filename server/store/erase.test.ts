import { join } from 'node:path';
import type { Knex } from 'knex';
import { describe, expect, it, vi } from 'vitest';
import {
  NOW,
  databaseAt,
  newAccount,
  said,
  storeAt,
  temporaryFolder,
  temporaryStore,
} from '../../test/support/chat/stores.ts';
import { muteOf, roomRecord } from '../../test/support/chat/chat-records.ts';
import { erasePiece } from './erase.ts';
import { roomWord } from './search-index.ts';
import type { Store } from './store.ts';

const attic = (id: number, text: string) => said(id, text, { room: 'attic' });
const remove = (store: Store, since = 0) => store.answers.removeRoom({ room: 'attic', since, by: 'Ana' });
const find = async (store: Store, text: string): Promise<number[] | undefined> => {
  const found = await store.answers.search({ text, limit: 9, rooms: ['attic', 'lobby', ''] });
  return found?.messages.map(({ id }) => id);
};

async function storeAndDatabase() {
  const file = join(await temporaryFolder(), 'chat.sqlite');
  return { file, store: await storeAt(file), db: await databaseAt(file) };
}

/** Erases everything now. */
async function erase(db: Knex): Promise<void> {
  while (await erasePiece(db));
}

describe('a removed room', () => {
  it('is removed with its invitations, mutes and read markers, and others keep theirs', async () => {
    const store = await temporaryStore();
    const { id: account } = await newAccount(store, 'Ana');
    for (const name of ['attic', 'den'])
      await store.answers.saveRoom({ room: roomRecord({ name, invited: ['account:1'] }) });
    const mutes = [{ room: 'attic' }, { room: 'den' }, {}].map((where, i) =>
      muteOf('account:2', { id: `m${i}`, ts: i, ...where }),
    );
    for (const sanction of mutes) await store.answers.saveSanction({ sanction });
    for (const room of ['attic', 'den']) await store.answers.markRead({ account, room, id: 1 });
    expect(await remove(store)).toBe(0);
    const { rooms, sanctions } = await store.seed();
    expect(rooms.map(({ name }) => name)).toEqual(['den']);
    expect(sanctions.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect((await store.answers.unreadOf({ account })).map(({ room }) => room)).toEqual(['den']);
    await store.answers.saveRoom({ room: roomRecord({ name: 'attic' }) });
    expect((await store.seed()).rooms.find(({ name }) => name === 'attic')?.invited).toEqual([]);
  });

  it('hides its messages from then on, so that they can be neither read nor found', async () => {
    const store = await temporaryStore();
    await store.commit([attic(1, 'walnut one'), said(2, 'walnut two'), attic(3, 'walnut three')]);
    expect(await find(store, 'walnut')).toEqual([3, 2, 1]);
    await store.answers.editMessage({ id: 3, text: 'walnut three, changed', now: NOW });
    // Not indexed yet when the room is removed.
    await store.commit([attic(4, 'walnut four'), said(5, 'walnut five')]);
    expect(await remove(store)).toBe(3);
    const page = await store.history({ room: 'attic', after: 5, limit: 9, changes: { since: 0 } });
    expect(page).toEqual({ messages: [], more: false, changes: { last: 1, told: [], more: false } });
    expect(await find(store, 'walnut')).toEqual([5, 2]);
    expect(await store.answers.messageById({ id: 1 })).toMatchObject({ deleted: true });
    expect(await store.answers.editMessage({ id: 1, text: 'chestnut', now: NOW })).toBeUndefined();
    await store.commit([attic(6, 'a new walnut')]);
    expect((await store.history({ room: 'attic', limit: 9 })).messages.map(({ id }) => id)).toEqual([6]);
    expect(await find(store, 'walnut')).toEqual([6, 5, 2]);
    expect(await remove(store)).toBe(1);
  });

  it('keeps messages from before a given time', async () => {
    const store = await temporaryStore();
    await store.commit([attic(1, 'before'), attic(2, 'at'), attic(3, 'after'), said(4, 'elsewhere')]);
    expect(await remove(store, NOW + 2)).toBe(2);
    expect((await store.history({ room: 'attic', limit: 9 })).messages.map(({ id }) => id)).toEqual([1]);
  });
});

describe('the eraser', () => {
  it('leaves no message behind and no word in the index, piece by piece', async () => {
    const { store, db } = await storeAndDatabase();
    await store.commit(Array.from({ length: 150 }, (_, i) => attic(i + 1, `walnut number${i}`)));
    await store.answers.deleteMessage({ id: 7, by: 'Ana', now: NOW });
    await find(store, 'walnut');
    await store.commit([attic(151, 'an unindexed walnut'), said(152, 'walnut here')]);
    await remove(store);
    await erase(db);
    expect(await db('messages').select('id')).toEqual([{ id: 152 }]);
    expect(await find(store, 'walnut')).toEqual([152]);
    await db.raw(`create virtual table temp.words using fts5vocab(main, search, 'row')`);
    const words: { term: string }[] = await db('temp.words').select('term').orderBy('term');
    expect(words.map(({ term }) => term)).toEqual(['here', roomWord('lobby'), 'walnut']);
  });

  it('goes on by itself after a restart', async () => {
    const { store, db, file } = await storeAndDatabase();
    await store.commit([attic(1, 'a secret'), said(2, 'here')]);
    await remove(store);
    await store.close();
    await (await storeAt(file)).seed();
    await vi.waitFor(async () => expect(await db('messages').select('id')).toEqual([{ id: 2 }]));
  });

  it('never lets the number of a message be used a second time', async () => {
    const { store, db, file } = await storeAndDatabase();
    await store.commit([said(1, 'here'), attic(2, 'a secret'), attic(3, 'the last secret')]);
    await find(store, 'secret');
    await remove(store);
    await erase(db);
    expect(await db('messages').where('id', '>', 1).select()).toEqual([
      expect.objectContaining({ id: 3, room: '', sender: '', author: '', ref: null, text: '' }),
    ]);
    expect((await (await storeAt(file)).seed()).lastId).toBe(3);
    await store.commit([said(4, 'the next secret')]);
    expect(await find(store, 'secret')).toEqual([4]);
  });
});
