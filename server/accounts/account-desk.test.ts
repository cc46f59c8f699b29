import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AccountDesk, type DeskAnswers } from './account-desk.ts';
import { passwordAnswers } from './passwords.ts';
import { type Store, openStore } from '#store/store';
import type { AuditEntry } from '#chat/records';

const GOOD = 'lantern-orchid-47-quay';
const OTHER = 'tundra.mosaic.91.fern';

let folder: string;
let store: Store;
let answers: DeskAnswers;
const audit: AuditEntry[] = [];
const told: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-desk-'));
  store = await openStore(join(folder, 'chat.sqlite'));
  answers = { ...store.answers, ...passwordAnswers({ cost: 4 }) };
  audit.length = 0;
  told.length = 0;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const desk = (): AccountDesk =>
  new AccountDesk({
    answers,
    remove: (id) => store.removeAccount(id),
    audit: (entry) => audit.push(entry),
    added: ({ name }) => told.push(`added ${name}`),
    signedOut: ({ name }) => told.push(`signed out ${name}`),
    removed: ({ name }) => told.push(`removed ${name}`),
  });

it('creates an account whose name nobody else can take, in any case', async () => {
  expect(await desk().add({ name: ' Ana ', password: GOOD })).toBe('Ana');
  await expect(desk().add({ name: 'ANA', password: OTHER })).rejects.toMatchObject({ code: 'name_taken' });
  const account = await answers.accountByKey({ key: 'ana' });
  expect(account).toMatchObject({ name: 'Ana', role: 'user' });
  expect(await answers.hashPassword({ password: GOOD })).not.toContain(GOOD);
  expect(audit).toMatchObject([{ event: 'account.registered', actor: 'operator', subject: 'Ana' }]);
  expect(told).toEqual(['added Ana']);
});

it.each([
  ['an a', GOOD, 'bad_name'],
  ['ana', 'short', 'weak_password'],
  ['ana', 'password123', 'weak_password'],
  ['ana', 'password of more than 72 bytes: '.repeat(3), 'weak_password'],
])('refuses %j with the password %j as %s', async (name, password, code) => {
  await expect(desk().add({ name, password })).rejects.toMatchObject({ code });
  expect(await answers.accountByKey({ key: 'ana' })).toBeUndefined();
});

it('a new password ends every login, and the old one no longer works', async () => {
  await desk().add({ name: 'ana', password: GOOD });
  const before = await answers.accountByKey({ key: 'ana' });
  await desk().setPassword({ name: 'Ana', password: OTHER });
  const after = await answers.accountByKey({ key: 'ana' });
  const { verifyPassword } = passwordAnswers({ cost: 4 });
  expect(await verifyPassword({ password: GOOD, hash: before?.passwordHash })).toBe(true);
  expect(await verifyPassword({ password: GOOD, hash: after?.passwordHash })).toBe(false);
  expect(await verifyPassword({ password: OTHER, hash: after?.passwordHash })).toBe(true);
  expect(told).toEqual(['added ana', 'signed out ana']);
  expect(JSON.stringify(audit)).not.toContain(OTHER);
});

it('makes the first admin, and never removes the last one', async () => {
  await desk().add({ name: 'ana', password: GOOD });
  await desk().setRole('ana', 'admin');
  await expect(desk().setRole('ana', 'user')).rejects.toMatchObject({ code: 'last_admin' });
  await desk().add({ name: 'bo', password: OTHER });
  await desk().setRole('bo', 'admin');
  await desk().setRole('ana', 'moderator');
  expect(await answers.accountByKey({ key: 'ana' })).toMatchObject({ role: 'moderator' });
  await expect(desk().setRole('cy', 'user')).rejects.toMatchObject({ code: 'no_such_member' });
});

it('removes a lost second factor, and ends the logins', async () => {
  await desk().add({ name: 'ana', password: GOOD });
  await expect(desk().removeSecondFactor('ana')).rejects.toMatchObject({ code: 'no_second_factor' });
  const { id } = (await answers.accountByKey({ key: 'ana' }))!;
  const secondFactor = { secret: 'JBSWY3DPEHPK3PXP', lastStep: 0, recovery: [] };
  await answers.setSecondFactor({ id, secondFactor });
  expect(await desk().removeSecondFactor('ANA')).toBe('ana');
  expect((await answers.accountByKey({ key: 'ana' }))?.secondFactor).toBeUndefined();
  expect(told).toEqual(['added ana', 'signed out ana']);
  expect(audit.at(-1)).toMatchObject({ event: 'second_factor.removed', actor: 'operator', subject: 'ana' });
});

it('removes an account, but never the last admin', async () => {
  await desk().add({ name: 'ana', password: GOOD });
  await desk().setRole('ana', 'admin');
  await expect(desk().remove('ana')).rejects.toMatchObject({ code: 'last_admin' });
  await desk().add({ name: 'bo', password: OTHER });
  expect(await desk().remove('Bo')).toBe('bo');
  await expect(desk().remove('bo')).rejects.toMatchObject({ code: 'no_such_member' });
  expect(told).toEqual(['added ana', 'added bo', 'removed bo']);
  expect(audit.at(-1)).toMatchObject({ event: 'account.removed', actor: 'operator', subject: 'bo' });
});
