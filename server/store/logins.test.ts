import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  NOW,
  databaseAt,
  loginOf,
  newAccount,
  storeAt,
  temporaryFolder,
  temporaryStore,
} from '../../test/support/chat/stores.ts';
import { LIMITS } from '#protocol/limits';

async function storeWithAna(clock = () => NOW) {
  const store = await temporaryStore({ clock });
  return { answers: store.answers, ana: await newAccount(store, 'Ana'), store };
}

const idsOf = (sessions: readonly { readonly id: string }[]) => sessions.map(({ id }) => id);

describe('login sessions', () => {
  it('are found by their token, with their account', async () => {
    const { answers, ana } = await storeWithAna();
    const session = loginOf(ana.id, 's1');
    await answers.startSession({ session });
    expect(await answers.sessionByToken({ hash: 'hash of s1' })).toEqual({ session, account: ana });
    expect(await answers.sessionByToken({ hash: 's1' })).toBeUndefined();
  });

  it('are also found by the previous token, but not by older ones', async () => {
    const { answers, ana } = await storeWithAna();
    const first = loginOf(ana.id, 's1', { tokenHash: 't1' });
    const second = { ...first, tokenHash: 't2', previousHash: 't1', seen: NOW + 5, via: 'psk' as const };
    const third = { ...second, tokenHash: 't3', previousHash: 't2' };
    await answers.startSession({ session: first });
    expect(await answers.rotateToken({ before: first, after: second })).toBe(true);
    expect(await answers.sessionByToken({ hash: 't1' })).toMatchObject({ session: second });
    expect(await answers.rotateToken({ before: second, after: third })).toBe(true);
    expect(await answers.sessionByToken({ hash: 't1' })).toBeUndefined();
    expect(await answers.sessionByToken({ hash: 't3' })).toMatchObject({ session: third });
  });

  it('rotate once: if two connections come with the same token, one gets a new token', async () => {
    const { answers, ana } = await storeWithAna();
    const before = loginOf(ana.id, 's1', { tokenHash: 't1' });
    await answers.startSession({ session: before });
    const rotate = (tokenHash: string) =>
      answers.rotateToken({ before, after: { ...before, tokenHash, previousHash: 't1' } });
    const both = await Promise.all([rotate('t2'), rotate('t3')]);
    expect(both).toEqual([true, false]);
    expect(await answers.sessionByToken({ hash: 't3' })).toBeUndefined();
  });

  it('are not found once they have expired, and are deleted', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    let now = NOW;
    const store = await storeAt(file, { clock: () => now });
    const ana = await newAccount(store, 'Ana');
    await store.answers.startSession({ session: loginOf(ana.id, 's1', { expires: NOW + 10 }) });
    now = NOW + 9;
    expect(await store.answers.sessionByToken({ hash: 'hash of s1' })).toBeDefined();
    now = NOW + 10;
    expect(await store.answers.sessionByToken({ hash: 'hash of s1' })).toBeUndefined();
    expect(await store.answers.sessionsOf({ account: ana.id, now })).toEqual([]);
    const db = await databaseAt(file);
    expect(await db('login_sessions').select('id')).toHaveLength(1);
    await store.seed();
    expect(await db('login_sessions').select('id')).toHaveLength(0);
  });

  it('above the cap, the one not used for longest ends', async () => {
    const { answers, ana } = await storeWithAna();
    for (let at = 0; at < LIMITS.loginSessions; at++) {
      const seen = at === 0 ? NOW + 500 : NOW + at;
      expect(await answers.startSession({ session: loginOf(ana.id, `s${at}`, { seen }) })).toEqual([]);
    }
    const last = loginOf(ana.id, 'new', { seen: NOW + 600 });
    expect(await answers.startSession({ session: last })).toEqual(['s1']);
    const ids = idsOf(await answers.sessionsOf({ account: ana.id, now: NOW }));
    expect(ids).toHaveLength(LIMITS.loginSessions);
    expect(ids.slice(0, 2)).toEqual(['new', 's0']);
    expect(ids).not.toContain('s1');
  });

  it('end by id, or all but one, and never those of someone else', async () => {
    const { answers, ana, store } = await storeWithAna();
    const ben = await newAccount(store, 'Ben');
    for (const id of ['a1', 'a2', 'a3']) await answers.startSession({ session: loginOf(ana.id, id) });
    await answers.startSession({ session: loginOf(ben.id, 'b1') });
    expect(await answers.endSessions({ account: ana.id, ids: ['a1', 'b1', 'zz'] })).toEqual(['a1']);
    expect(await answers.endSessions({ account: ana.id, ids: 'all', except: 'a3' })).toEqual(['a2']);
    expect(await answers.endSessions({ account: ana.id, ids: 'all' })).toEqual(['a3']);
    expect(idsOf(await answers.sessionsOf({ account: ben.id, now: NOW }))).toEqual(['b1']);
  });

  it('are removed with their account', async () => {
    const { answers, ana, store } = await storeWithAna();
    await answers.startSession({ session: loginOf(ana.id, 's1') });
    await store.removeAccount(ana.id);
    expect(await answers.sessionByToken({ hash: 'hash of s1' })).toBeUndefined();
  });
});
