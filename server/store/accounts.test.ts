import { describe, expect, it } from 'vitest';
import { NOW, newAccount, temporaryStore } from '../../test/support/chat/stores.ts';
import { LIMITS } from '#protocol/limits';

describe('accounts', () => {
  it('are found by their key and their number, as they were created', async () => {
    const { answers } = await temporaryStore();
    const made = await answers.createAccount({ name: 'Ana', key: 'ana', passwordHash: 'h', now: NOW });
    expect(made).toEqual({
      id: 1,
      name: 'Ana',
      key: 'ana',
      role: 'user',
      passwordHash: 'h',
      secondFactor: undefined,
      created: NOW,
    });
    expect(await answers.accountByKey({ key: 'ana' })).toEqual(made);
    expect(await answers.accountById({ id: 1 })).toEqual(made);
    expect(await answers.accountByKey({ key: 'Ana' })).toBeUndefined();
    expect(await answers.accountById({ id: 2 })).toBeUndefined();
  });

  it('are created once when two with the same key come at the same time', async () => {
    const { answers } = await temporaryStore();
    const asked = ['Ana', 'ANA', 'ana'].map((name) =>
      answers.createAccount({ name, key: 'ana', passwordHash: 'h', now: NOW }),
    );
    expect((await Promise.all(asked)).filter((account) => account !== undefined)).toHaveLength(1);
  });

  it('change password and role', async () => {
    const store = await temporaryStore();
    const { id } = await newAccount(store, 'Ana');
    await newAccount(store, 'Ben');
    expect(await store.answers.countAdmins({})).toBe(0);
    await store.answers.setRole({ id, role: 'admin' });
    await store.answers.setPassword({ id, passwordHash: 'another' });
    expect(await store.answers.accountById({ id })).toMatchObject({ role: 'admin', passwordHash: 'another' });
    expect(await store.answers.accountById({ id: 2 })).toMatchObject({ role: 'user' });
    expect(await store.answers.countAdmins({})).toBe(1);
  });

  it('do not pass on their number when they are removed', async () => {
    const store = await temporaryStore();
    const { id } = await newAccount(store, 'Ana');
    expect(await store.removeAccount(id)).toBe(true);
    expect(await store.removeAccount(id)).toBe(false);
    expect((await newAccount(store, 'Ana')).id).toBe(id + 1);
  });
});

describe('the second factor', () => {
  const secondFactor = { secret: 'JBSWY3DPEHPK3PXP', lastStep: 100, recovery: ['aa', 'bb', 'cc'] };

  it('is set, replaced and removed as a whole', async () => {
    const store = await temporaryStore();
    const { id } = await newAccount(store, 'Ana');
    const factor = async () => (await store.answers.accountById({ id }))?.secondFactor;
    await store.answers.setSecondFactor({ id, secondFactor });
    expect(await factor()).toEqual(secondFactor);
    const other = { secret: 'GEZDGNBVGY3TQOJQ', lastStep: 7, recovery: [] };
    await store.answers.setSecondFactor({ id, secondFactor: other });
    expect(await factor()).toEqual(other);
    await store.answers.setSecondFactor({ id, secondFactor: undefined });
    expect(await factor()).toBeUndefined();
  });

  it('accepts a step once, however many logins use it at the same time', async () => {
    const store = await temporaryStore();
    const { id } = await newAccount(store, 'Ana');
    await store.answers.setSecondFactor({ id, secondFactor });
    const use = (step: number) => store.answers.useStep({ id, step });
    const both = await Promise.all([use(101), use(101), use(101)]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await use(100)).toBe(false);
    expect(await use(102)).toBe(true);
    expect(await store.answers.useStep({ id: 2, step: 500 })).toBe(false);
  });

  it('accepts a recovery code once, and says how many are left', async () => {
    const store = await temporaryStore();
    const { id } = await newAccount(store, 'Ana');
    await store.answers.setSecondFactor({ id, secondFactor });
    const use = (hash: string) => store.answers.useRecoveryCode({ id, hash });
    expect((await Promise.all([use('bb'), use('bb')])).sort()).toEqual([2, undefined]);
    expect(await use('xx')).toBeUndefined();
    expect(await use('aa')).toBe(1);
    expect(await use('cc')).toBe(0);
  });
});

describe('devices', () => {
  it('are known to their account only', async () => {
    const store = await temporaryStore();
    await newAccount(store, 'Ana');
    await newAccount(store, 'Ben');
    await store.answers.rememberDevice({ account: 1, hash: 'aa', now: NOW });
    expect(await store.answers.knowsDevice({ account: 1, hash: 'aa' })).toBe(true);
    expect(await store.answers.knowsDevice({ account: 1, hash: 'bb' })).toBe(false);
    expect(await store.answers.knowsDevice({ account: 2, hash: 'aa' })).toBe(false);
  });

  it('above the cap, the one not used for longest is forgotten', async () => {
    const store = await temporaryStore();
    const { id: account } = await newAccount(store, 'Ana');
    const remember = (hash: string, now: number) => store.answers.rememberDevice({ account, hash, now });
    for (let at = 0; at < LIMITS.devices; at++) await remember(`d${at}`, NOW + at);
    await remember('d0', NOW + 100);
    await remember('new', NOW + 101);
    const knows = (hash: string) => store.answers.knowsDevice({ account, hash });
    expect(await Promise.all(['d0', 'd1', 'd2', 'new'].map(knows))).toEqual([true, false, true, true]);
  });
});

describe('the last used code of a second factor', () => {
  const step = Math.floor(NOW / 30_000);
  const ahead = step + 10 * 365 * 2_880;
  const withFactor = async (lastStep: number) => {
    const told: string[] = [];
    const store = await temporaryStore({ onOddity: (text) => void told.push(text) });
    const { id } = await newAccount(store, 'Ana');
    await store.answers.setSecondFactor({ id, secondFactor: { secret: 'x', lastStep, recovery: [] } });
    return { told, use: (at: number) => store.answers.useStep({ id, step: at }) };
  };

  it('is not accepted again, nor is an earlier one', async () => {
    const { told, use } = await withFactor(step);
    expect([await use(step), await use(step - 1), await use(step - 2)]).toEqual([false, false, false]);
    expect([await use(step + 1), await use(step + 1)]).toEqual([true, false]);
    expect(told).toEqual([]);
  });

  it('keeps nobody out if the clock was ten years ahead when it was used', async () => {
    const { told, use } = await withFactor(ahead);
    expect([await use(step), await use(step), await use(step + 1)]).toEqual([true, false, true]);
    expect(told).toEqual([expect.stringMatching(/last used at 2034-.*by a clock that was ahead/)]);
  });
});
