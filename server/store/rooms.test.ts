import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOW, newAccount, storeAt, temporaryFolder, temporaryStore } from '../../test/support/chat/stores.ts';
import type { RoomRecord, Sanction } from '#chat/records';

const ROOM: RoomRecord = {
  name: 'quiet',
  access: 'invite',
  locked: true,
  slow: 30,
  createdBy: 'account:1',
  created: NOW,
  invited: ['account:2', 'account:3'],
};

const BAN: Sanction = {
  id: 'b1',
  kind: 'ban',
  author: 'account:4',
  name: 'Eve',
  key: 'eve',
  address: '192.0.2.0/24',
  room: undefined,
  until: NOW + 1,
  by: 'Ana',
  reason: 'flooding',
  ts: NOW - 5,
};

describe('rooms', () => {
  it('are restored after a restart, as they were last saved', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const store = await storeAt(file);
    await store.answers.saveRoom({ room: { ...ROOM, locked: false } });
    await store.answers.saveRoom({ room: ROOM });
    const open: RoomRecord = { ...ROOM, name: 'open', access: 'public', created: NOW - 1, invited: [] };
    await store.answers.saveRoom({ room: open });
    expect((await (await storeAt(file)).seed()).rooms).toEqual([open, ROOM]);
  });

  it('forget those who are no longer invited', async () => {
    const store = await temporaryStore();
    await store.answers.saveRoom({ room: ROOM });
    await store.answers.saveRoom({ room: { ...ROOM, invited: ['account:9', 'account:3'] } });
    const [room] = (await store.seed()).rooms;
    expect(room?.invited.toSorted()).toEqual(['account:3', 'account:9']);
  });
});

describe('sanctions', () => {
  it('are restored while they are in force, and are deleted after that', async () => {
    let now = NOW;
    const store = await temporaryStore({ clock: () => now });
    const forEver: Sanction = { ...BAN, id: 'm1', kind: 'mute', room: 'lobby', until: undefined, ts: NOW };
    await store.answers.saveSanction({ sanction: forEver });
    await store.answers.saveSanction({ sanction: BAN });
    expect((await store.seed()).sanctions).toEqual([BAN, forEver]);
    expect(await store.counts()).toMatchObject({ sanctions: 2 });
    now = NOW + 1;
    expect((await store.seed()).sanctions).toEqual([forEver]);
  });

  it('last no longer than intended if they were imposed while the clock was ahead', async () => {
    let now = NOW + 10 * 365 * 86_400_000;
    const store = await temporaryStore({ clock: () => now });
    await store.answers.saveSanction({ sanction: { ...BAN, ts: now, until: now + 5_000 } });
    await store.answers.saveSanction({ sanction: { ...BAN, id: 'b2', ts: now + 1, until: undefined } });
    now = NOW;
    const bounded = { ...BAN, ts: NOW, until: NOW + 5_000 };
    const forGood = { ...bounded, id: 'b2', until: undefined };
    expect((await store.seed()).sanctions).toEqual([bounded, forGood]);
    // Again, because it must not start over with each start of the server.
    now = NOW + 4_000;
    expect((await store.seed()).sanctions).toEqual([bounded, forGood]);
    now = NOW + 5_000;
    expect((await store.seed()).sanctions).toEqual([forGood]);
  });

  it('are lifted by id; unknown ids are ignored', async () => {
    const store = await temporaryStore();
    await store.answers.saveSanction({ sanction: BAN });
    await store.answers.saveSanction({ sanction: { ...BAN, id: 'b2' } });
    await store.answers.liftSanctions({ ids: ['b1', 'zz'] });
    expect((await store.seed()).sanctions.map(({ id }) => id)).toEqual(['b2']);
  });
});

describe('the seed', () => {
  it('is empty at first, and has the last id and all keys later', async () => {
    const store = await temporaryStore();
    expect(await store.seed()).toEqual({ lastId: 0, accounts: [], rooms: [], sanctions: [] });
    await newAccount(store, 'Ana');
    await newAccount(store, 'Ben');
    expect([...(await store.seed()).accounts].map(({ key }) => key).toSorted()).toEqual(['ana', 'ben']);
  });
});
