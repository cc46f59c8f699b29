import { describe, expect, it } from 'vitest';
import { NOW, newAccount, said, temporaryStore } from '../../test/support/chat/stores.ts';
import { LIMITS } from '#protocol/limits';

async function storeWithAna() {
  const store = await temporaryStore();
  const { id: account } = await newAccount(store, 'Ana');
  const read = (room: string, id: number) => store.answers.markRead({ account, room, id });
  return { store, read, unread: () => store.answers.unreadOf({ account }) };
}

const BEN = { author: 'account:2', from: 'Ben' };

describe('read markers', () => {
  it('count what others said after them and did not delete', async () => {
    const { store, read, unread } = await storeWithAna();
    await store.commit([said(1, 'mine'), said(2, 'his', BEN), said(3, 'his', BEN), said(4, 'his', BEN)]);
    await store.commit([said(5, 'elsewhere', { ...BEN, room: 'other' }), said(6, 'mine')]);
    await read('lobby', 0);
    expect(await unread()).toEqual([{ room: 'lobby', unread: 3, read: 0, last: 6 }]);
    await store.answers.deleteMessage({ id: 3, by: 'Ben', now: NOW });
    await read('lobby', 2);
    expect(await unread()).toEqual([{ room: 'lobby', unread: 1, read: 2, last: 6 }]);
    await read('other', 5);
    expect(await unread()).toEqual([
      { room: 'lobby', unread: 1, read: 2, last: 6 },
      { room: 'other', unread: 0, read: 5, last: 5 },
    ]);
  });

  it('move forward and never back', async () => {
    const { read, unread } = await storeWithAna();
    await read('lobby', 7);
    await read('lobby', 3);
    await read('lobby', 0);
    expect(await unread()).toEqual([{ room: 'lobby', unread: 0, read: 7, last: 0 }]);
  });

  it('stop counting at the cap', async () => {
    const { store, read, unread } = await storeWithAna();
    await store.commit(Array.from({ length: LIMITS.unread + 5 }, (_, at) => said(at + 1, 'his', BEN)));
    await read('lobby', 1);
    expect((await unread())[0]?.unread).toBe(LIMITS.unread);
  });

  it('above the cap, the one that moved longest ago is removed', async () => {
    const { read, unread } = await storeWithAna();
    for (let at = 0; at < LIMITS.readMarkers; at++) await read(`r${at}`, 5);
    await read('r0', 6);
    await read('new', 0);
    const rooms = (await unread()).map(({ room }) => room);
    expect(rooms).toHaveLength(LIMITS.readMarkers);
    expect(['r0', 'r1', 'new'].map((room) => rooms.includes(room))).toEqual([true, false, true]);
  });
});
