/** Stores in folders of their own, gone with the test, and what to put into them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { onTestFinished } from 'vitest';
import type { NewMessage } from '#chat/effects';
import type { Account, LoginSession } from '#chat/records';
import { openDatabase } from '#store/database';
import { type Store, type StoreOptions, openStore } from '#store/store';

/** 2025-01-01 */
export const NOW = 1_735_689_600_000;

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function temporaryStore(options: StoreOptions = {}): Promise<Store> {
  return storeAt(join(await temporaryFolder(), 'chat.sqlite'), options);
}

/** Its clock stands at `NOW` unless told otherwise. */
export async function storeAt(file: string, options: StoreOptions = {}): Promise<Store> {
  const store = await openStore(file, { clock: () => NOW, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** The bare connection, for what no store would do. */
export async function databaseAt(file: string): Promise<Knex> {
  const db = await openDatabase(file);
  onTestFinished(() => db.destroy());
  return db;
}

export function said(id: number, text: string, change: Partial<NewMessage> = {}): NewMessage {
  return {
    id,
    room: 'lobby',
    from: 'Ana',
    author: 'account:1',
    ref: undefined,
    text,
    ts: NOW + id,
    via: 'tls',
    origin: 1,
    ...change,
  };
}

export async function newAccount(store: Store, name: string): Promise<Account> {
  const key = name.toLowerCase();
  const account = await store.answers.createAccount({ name, key, passwordHash: `hash of ${name}`, now: NOW });
  if (!account) throw new Error(`${name} is taken`);
  return account;
}

export function loginOf(account: number, id: string, change: Partial<LoginSession> = {}): LoginSession {
  return {
    id,
    account,
    tokenHash: `hash of ${id}`,
    familyHash: undefined,
    previousHash: undefined,
    tokenChanged: NOW,
    created: NOW,
    seen: NOW,
    expires: NOW + 1_000,
    via: 'tls',
    address: '192.0.2.7',
    ...change,
  };
}
