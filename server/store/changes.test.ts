/** The numbered edits and deletions of messages, of which a returning client is told. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  NOW,
  databaseAt,
  said,
  storeAt,
  temporaryFolder,
  temporaryStore,
} from '../../test/support/chat/stores.ts';
import type { Changes } from '#chat/effects';
import { LIMITS } from '#protocol/limits';
import type { Store } from './store.ts';

async function changesOf(store: Store, since?: number, after = 100_000, room = 'lobby'): Promise<Changes> {
  const changes = since === undefined ? {} : { since };
  const page = await store.history({ room, after, limit: 1, changes });
  if (!page.changes) throw new Error('no changes were read');
  return page.changes;
}

const edit = (store: Store, id: number, text = `changed ${id}`) =>
  store.answers.editMessage({ id, text, now: NOW + id });
const remove = (store: Store, id: number) => store.answers.deleteMessage({ id, by: 'Ben', now: NOW });

describe('changes', () => {
  it('are returned since a number: the last one of each message, with who made it', async () => {
    const store = await temporaryStore();
    await store.commit([1, 2, 3].map((id) => said(id, `m${id}`)));
    expect(await changesOf(store, 0)).toEqual({ last: 0, told: [], more: false });
    expect([
      await edit(store, 1),
      await edit(store, 2),
      await edit(store, 1, 'again'),
      await remove(store, 3),
    ]).toEqual([1, 2, 3, 4]);
    const again = { change: 3, id: 1, by: 'Ana', edit: { text: 'again', edited: NOW + 1 } };
    const gone = { change: 4, id: 3, by: 'Ben' };
    expect((await changesOf(store, 1)).told.map(({ id }) => id)).toEqual([2, 1, 3]);
    expect(await changesOf(store, 2)).toEqual({ last: 4, told: [again, gone], more: false });
    expect((await changesOf(store, 4)).told).toEqual([]);
  });

  it('are only those of the room, and of messages that the client has', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'here'), said(2, 'elsewhere', { room: 'attic' }), said(3, 'later')]);
    for (const id of [1, 2, 3]) await edit(store, id);
    expect((await changesOf(store, 0, 2)).told.map(({ id }) => id)).toEqual([1]);
    expect((await changesOf(store, 0, 2, 'attic')).told.map(({ id }) => id)).toEqual([2]);
  });

  it('are not read if nobody asks, and only the last number is read for a newcomer', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'one')]);
    await edit(store, 1);
    expect(await changesOf(store)).toEqual({ last: 1, told: [], more: false });
    expect(await store.history({ room: 'lobby', limit: 1 })).not.toHaveProperty('changes');
  });

  it('are the newest up to the cap, and say that there are more', async () => {
    const store = await temporaryStore();
    const ids = Array.from({ length: LIMITS.changesOnJoin + 1 }, (_, at) => at + 1);
    await store.commit(ids.map((id) => said(id, 'm')));
    for (const id of ids) await edit(store, id, 'x');
    const { told, more } = await changesOf(store, 0);
    expect([told.map(({ id }) => id), more]).toEqual([ids.slice(1), true]);
    expect((await changesOf(store, 1)).more).toBe(false);
  });

  it('never reuse a number, even when the messages are gone and after a restart', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const store = await storeAt(file);
    await store.commit([said(1, 'one'), said(2, 'two')]);
    await edit(store, 1);
    await store.close();
    const db = await databaseAt(file);
    await db('messages').where({ id: 1 }).del();
    expect(await db('changes').select()).toEqual([]);
    await db.destroy();
    const later = await storeAt(file);
    expect(await changesOf(later, 0)).toEqual({ last: 1, told: [], more: false });
    expect(await edit(later, 2)).toBe(2);
  });
});
