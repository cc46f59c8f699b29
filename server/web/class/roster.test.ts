/** Deleting a class that cannot be stored: nobody is lost. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Person } from '#classroom/records';
import { storeAt, temporaryFolder } from '../../../test/support/chat/stores.ts';
import { Roster } from './roster.ts';

it('lets everyone in again if the class could not be deleted', async () => {
  const store = await storeAt(join(await temporaryFolder(), 'chat.sqlite'));
  const failing = { ...store.classroom, erase: () => Promise.reject(new Error('the disk is full')) };
  const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
  const roster = await Roster.open({ store: failing, token: 'start', random, audit: () => undefined });
  const { code } = roster.settings;
  const { joined } = await roster.join({ code, name: 'Ada' }, '');
  const told: string[] = [];
  const tell = (what: string) => (people: readonly Person[]) =>
    void told.push(`${what}: ${people.map(({ account }) => account.name).join()}`);
  await expect(roster.erase({ out: tell('out'), back: tell('back') })).rejects.toThrow('the disk is full');
  expect(told).toEqual(['out: Ada', 'back: Ada']);
  expect(roster.withToken(joined.token)?.account.name).toBe('Ada');
  expect(roster.settings.code).toBe(code);
});
