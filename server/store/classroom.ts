/** The class and the people in it. Each person has an account, which no password opens. */
import type { Knex } from 'knex';
import { accountWhere, accountsIn } from './accounts.ts';
import { transaction } from './database.ts';
import { eraseAccounts, hideWords } from './erase-class.ts';
import { flagStore } from './flags.ts';
import type { Guard } from './guard.ts';
import type { Account } from '#chat/records';
import { EMPTY_DISPLAY } from '#classroom/display';
import {
  CLASS_ROLES,
  type ClassSettings,
  type ClassStore,
  type Display,
  type LabProgress,
  type Person,
} from '#classroom/records';
import type { AccountRole } from '#protocol/roles';
import { fromHex, toHex } from '#protocol/bytes';

/** No password has this hash: bcrypt's begin with `$2`. */
const NO_PASSWORD = '!';
/** Those who lead may moderate. */
const ACCOUNT_ROLE = {
  instructor: 'moderator',
  assistant: 'moderator',
  student: 'user',
} as const satisfies Record<Person['role'], AccountRole>;

interface PersonRow {
  readonly id: number;
  readonly account: number;
  readonly role: string;
  readonly token_hash: string | null;
  /** Hex. */
  readonly psk: string;
  readonly joined: number;
  readonly seen: number;
  readonly address: string;
  readonly removed: number;
}

interface ClassRow {
  readonly title: string;
  readonly code: string;
  readonly open: number;
  /** JSON, or empty. */
  readonly display: string;
  /** A JSON array. */
  readonly expected: string;
}

interface ProgressRow {
  readonly person: number;
  /** JSON. */
  readonly progress: string;
}

/** `hidden` is called when messages have been hidden: they are to be erased, and no page of history that is kept is valid. */
export function classStore(db: Knex, guard: Guard | undefined, hidden: () => void): ClassStore {
  const change = <T>(run: () => Promise<T>): Promise<T> => (guard ? guard.change(run) : run());
  return {
    load: async () => ({ settings: await storedSettings(db), people: await storedPeople(db) }),
    saveSettings: (settings) => change(() => saveSettings(db, settings)),
    addPerson: ({ name, key, role, tokenHash, psk, joined, seen, address }) =>
      change(() =>
        transaction(db, async (trx) => {
          const made: { id: number }[] = await trx('accounts')
            .insert({ name, key, role: ACCOUNT_ROLE[role], password_hash: NO_PASSWORD, created: joined })
            .onConflict('key')
            .ignore()
            .returning('id');
          const account = made[0] && (await accountWhere(trx, { 'accounts.id': made[0].id }));
          if (!account) return undefined;
          const rows = (await trx('people')
            .insert({
              account: account.id,
              role,
              token_hash: tokenHash ?? null,
              psk: toHex(psk),
              joined,
              seen,
              address,
            })
            .returning('*')) as PersonRow[];
          return rows[0] && personOf(rows[0], account);
        }),
      ),
    changePerson: (id, changes) =>
      change(async () => {
        await db('people').where({ id }).update(changes);
      }),
    loadProgress: async () => {
      const rows = await db('progress').select<ProgressRow[]>('person', 'progress');
      return rows.map(({ person, progress }) => ({ person, progress: JSON.parse(progress) as LabProgress }));
    },
    saveProgress: ({ person, progress }) =>
      change(async () => {
        const row = { person, lab: progress.lab, progress: JSON.stringify(progress) };
        await db('progress').insert(row).onConflict(['person', 'lab']).merge();
      }),
    clearProgress: () =>
      change(async () => {
        await db('progress').del();
      }),
    ...flagStore(db, change),
    erase: (settings) =>
      change(() =>
        transaction(db, async (trx) => {
          await eraseAccounts(trx);
          await trx('progress').del();
          await saveSettings(trx, settings);
        }),
      ),
    eraseWords: (accounts) =>
      change(() => transaction(db, (trx) => hideWords(trx, accounts))).finally(hidden),
  };
}

async function saveSettings(
  db: Knex,
  { title, code, open, display, expected }: ClassSettings,
): Promise<void> {
  const [shown, list] = [JSON.stringify(display), JSON.stringify(expected)];
  await db('class')
    .insert({ id: 1, title, code, open, display: shown, expected: list })
    .onConflict('id')
    .merge();
}

async function storedSettings(db: Knex): Promise<ClassSettings | undefined> {
  const [row] = await db('class').select<ClassRow[]>('title', 'code', 'open', 'display', 'expected');
  if (!row) return undefined;
  const { title, code, open, display, expected } = row;
  return {
    title,
    code,
    open: open === 1,
    display: displayOf(display),
    expected: JSON.parse(expected) as string[],
  };
}

function displayOf(text: string): Display {
  return text === '' ? EMPTY_DISPLAY : { ...EMPTY_DISPLAY, ...(JSON.parse(text) as Partial<Display>) };
}

async function storedPeople(db: Knex): Promise<Person[]> {
  const rows = await db('people').orderBy('id').select<PersonRow[]>('*');
  const accounts = await accountsIn(
    db,
    rows.map(({ account }) => account),
  );
  return rows.flatMap((row) => {
    const account = accounts.get(row.account);
    return (account && personOf(row, account)) ?? [];
  });
}

function personOf(row: PersonRow, account: Account): Person | undefined {
  const role = CLASS_ROLES.find((known) => known === row.role);
  const { id, token_hash: tokenHash, psk, joined, seen, address, removed } = row;
  return (
    role && {
      id,
      account,
      role,
      tokenHash: tokenHash ?? undefined,
      psk: fromHex(psk),
      joined,
      seen,
      address,
      removed: removed === 1,
    }
  );
}
