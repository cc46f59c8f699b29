/** What is stored of a class, and what is left when it is deleted. */
import { join } from 'node:path';
import type { Knex } from 'knex';
import { describe, expect, it, vi } from 'vitest';
import { muteOf, roomRecord } from '../../test/support/chat/chat-records.ts';
import { NOW, databaseAt, said, storeAt, temporaryFolder } from '../../test/support/chat/stores.ts';
import { accountAuthor, conversationKey } from '#chat/authors';
import { EMPTY_DISPLAY } from '#classroom/display';
import type { ClassSettings, Person } from '#classroom/records';
import { expected as step } from './migrations/012-expected.ts';
import type { Store } from './store.ts';

const SETTINGS: ClassSettings = {
  title: 'Seven',
  code: 'abcdef',
  open: true,
  display: EMPTY_DISPLAY,
  expected: ['Zoe'],
};
const NEW: ClassSettings = { ...SETTINGS, title: 'Eight', code: 'ghjkmn', expected: [] };

async function add(store: Store, name: string, role: Person['role']): Promise<Person> {
  const [key, psk] = [name.toLowerCase(), new Uint8Array(32)];
  const newcomer = {
    name,
    key,
    role,
    psk,
    tokenHash: `hash of ${name}`,
    joined: NOW,
    seen: NOW,
    address: '',
  };
  const person = await store.classroom.addPerson(newcomer);
  if (!person) throw new Error(`${name} is taken`);
  return person;
}

async function classIn(): Promise<{ store: Store; db: Knex; lee: string; ada: Person; adas: string }> {
  const file = join(await temporaryFolder(), 'chat.sqlite');
  const [store, db] = [await storeAt(file), await databaseAt(file)];
  await store.classroom.saveSettings(SETTINGS);
  const [lee, ada] = [await add(store, 'Lee', 'instructor'), await add(store, 'Ada', 'student')];
  await add(store, 'Grace', 'assistant');
  return { store, db, ada, lee: accountAuthor(lee.account.id), adas: accountAuthor(ada.account.id) };
}

describe('the settings of a class', () => {
  it('have the names that are expected; a class from before has none', async () => {
    const { store, db } = await classIn();
    expect((await store.classroom.load()).settings).toEqual(SETTINGS);
    await step.down(db);
    await step.up(db);
    expect((await store.classroom.load()).settings).toEqual({ ...SETTINGS, expected: [] });
  });
});

describe('a class that is deleted', () => {
  it('leaves the instructor, and nothing of the accounts and the progress of others', async () => {
    const { store, db, ada, adas } = await classIn();
    const progress = {
      lab: '04-seal',
      checks: [],
      hints: 1,
      runs: 0,
      failing: undefined,
      again: 0,
      since: 0,
      done: undefined,
      failed: [],
    };
    await store.classroom.saveProgress({ person: ada.id, progress });
    const flag = { person: ada.id, whose: ada.id, time: NOW };
    await store.classroom.saveFlag(flag);
    expect(await store.classroom.loadFlags()).toEqual([flag]);
    await store.answers.saveSanction({ sanction: muteOf(adas, { id: 'm1' }) });
    await store.answers.saveRoom({ room: roomRecord({ name: 'den', access: 'invite', invited: [adas] }) });
    await store.answers.markRead({ account: ada.account.id, room: 'den', id: 1 });
    await store.classroom.erase(NEW);
    const { settings, people } = await store.classroom.load();
    expect(settings).toEqual(NEW);
    expect(people.map(({ account }) => account.name)).toEqual(['Lee']);
    for (const table of ['progress', 'flags', 'sanctions', 'invitations', 'read_markers'])
      expect(await db(table).select()).toEqual([]);
    expect(await db('accounts').select('name')).toEqual([{ name: 'Lee' }]);
    // No number is used twice: it ties what is recorded to a person.
    expect((await add(store, 'Ada', 'student')).id).toBeGreaterThan(ada.id);
  });

  it('leaves no word that its people have said, and none of their private conversations', async () => {
    const { store, db, ada, adas, lee } = await classIn();
    const own = conversationKey(adas, lee);
    const find = async () =>
      (await store.answers.search({ text: 'walnut', limit: 9, rooms: ['lobby', own, ''] }))?.messages;
    await store.commit([
      said(1, 'walnut by Ada', { author: adas }),
      said(2, 'walnut by Lee', { author: lee }),
      said(3, 'walnut by Ada to Lee', { author: adas, room: own }),
      said(4, 'walnut by Lee to Ada', { author: lee, room: own }),
    ]);
    expect(await find()).toHaveLength(4);
    await store.history({ room: 'lobby', limit: 9 });
    await store.commit([said(5, 'walnut by Ada, not indexed', { author: adas })]);
    await store.classroom.eraseWords([ada.account.id]);
    // Twice, as after a failure.
    await store.classroom.eraseWords([ada.account.id]);
    const { messages } = await store.history({ room: 'lobby', limit: 9 });
    expect(messages.map(({ text }) => text)).toEqual(['walnut by Lee']);
    expect((await find())?.map(({ id }) => id)).toEqual([2]);
    const left = () => db('messages').select('id', 'text');
    // The newest of all keeps its number.
    await vi.waitFor(async () =>
      expect(await left()).toEqual([
        { id: 2, text: 'walnut by Lee' },
        { id: 5, text: '' },
      ]),
    );
  });
});
