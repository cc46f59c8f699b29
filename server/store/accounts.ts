/** Accounts, their second factors, and the devices they have logged in from. */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import type { Answerers } from '#chat/questions';
import type { Account, SecondFactor } from '#chat/records';
import { LIMITS } from '#protocol/limits';
import type { AccountRole } from '#protocol/roles';

type AccountQuestion =
  | 'accountByKey'
  | 'accountById'
  | 'createAccount'
  | 'setPassword'
  | 'setRole'
  | 'countAdmins'
  | 'setSecondFactor'
  | 'useStep'
  | 'useRecoveryCode'
  | 'knowsDevice'
  | 'rememberDevice';

interface AccountRow {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  readonly role: AccountRole;
  readonly password_hash: string;
  readonly created: number;
  readonly secret: string | null;
  readonly last_step: number | null;
  /** A JSON array. */
  readonly recovery: string;
}

/** `tell` is called with sentences for the log. */
export function accountAnswers(
  db: Knex,
  tell: (text: string) => void = () => undefined,
): Pick<Answerers, AccountQuestion> {
  return {
    accountByKey: ({ key }) => accountWhere(db, { 'accounts.key': key }),
    accountById: ({ id }) => accountWhere(db, { 'accounts.id': id }),
    createAccount: async ({ name, key, passwordHash, now }) => {
      const created: { id: number }[] = await db('accounts')
        .insert({ name, key, role: 'user', password_hash: passwordHash, created: now })
        .onConflict('key')
        .ignore()
        .returning('id');
      return created[0] && accountWhere(db, { 'accounts.id': created[0].id });
    },
    setPassword: async ({ id, passwordHash }) => {
      await db('accounts').where({ id }).update({ password_hash: passwordHash });
    },
    setRole: async ({ id, role }) => {
      await db('accounts').where({ id }).update({ role });
    },
    countAdmins: async () => {
      const rows: { count: number }[] = await db('accounts').where({ role: 'admin' }).count({ count: '*' });
      return rows[0]?.count ?? 0;
    },
    ...secondFactorAnswers(db, tell),
    ...deviceAnswers(db),
  };
}

/** The account with its second factor and recovery codes, in one query. */
export async function accountWhere(
  db: Knex,
  where: Readonly<Record<string, string | number>>,
): Promise<Account | undefined> {
  const [row] = await accountRows(db, (all) => all.where(where));
  return row && accountOfRow(row);
}

/** The same for many, by their numbers. */
export async function accountsIn(db: Knex, ids: readonly number[]): Promise<Map<number, Account>> {
  const rows = await accountRows(db, (all) => all.whereIn('accounts.id', ids));
  return new Map(rows.map((row) => [row.id, accountOfRow(row)]));
}

async function accountRows(
  db: Knex,
  narrow: (all: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<AccountRow[]> {
  const all = db('accounts').leftJoin('second_factors', 'second_factors.account', 'accounts.id');
  const rows: AccountRow[] = await narrow(all).select(
    'accounts.*',
    'second_factors.secret',
    'second_factors.last_step',
    db.raw('(select json_group_array(hash) from recovery_codes where account = accounts.id) as recovery'),
  );
  return rows;
}

function accountOfRow(row: AccountRow): Account {
  const { id, name, key, role, password_hash: passwordHash, created } = row;
  return { id, name, key, role, passwordHash, created, secondFactor: secondFactorOf(row) };
}

function secondFactorOf({ secret, last_step: lastStep, recovery }: AccountRow): SecondFactor | undefined {
  if (secret === null || lastStep === null) return undefined;
  return { secret, lastStep, recovery: JSON.parse(recovery) as string[] };
}

/** Milliseconds in a time step (RFC 6238). */
export const STEP_MS = 30_000;
/** Largest difference in steps between two codes made at the same time: a device's clock may be one step off each way. */
const SPREAD = 2;

function secondFactorAnswers(
  db: Knex,
  tell: (text: string) => void,
): Pick<Answerers, 'setSecondFactor' | 'useStep' | 'useRecoveryCode'> {
  return {
    setSecondFactor: ({ id, secondFactor }) =>
      transaction(db, async (trx) => {
        await trx('second_factors').where({ account: id }).del();
        await trx('recovery_codes').where({ account: id }).del();
        if (!secondFactor) return;
        const { secret, lastStep, recovery } = secondFactor;
        await trx('second_factors').insert({ account: id, secret, last_step: lastStep });
        if (recovery.length === 0) return;
        await trx('recovery_codes').insert(recovery.map((hash) => ({ account: id, hash })));
      }),
    // In a transaction, so that only one of two logins with the same code succeeds.
    useStep: ({ id, step }) =>
      transaction(db, async (trx) => {
        const rows: { last: number }[] = await trx('second_factors')
          .where({ account: id })
          .select({ last: 'last_step' });
        const last = rows[0]?.last;
        if (last === undefined) return false;
        // If the last code is from the future, the clock was wrong when it was used: it does not show that this one was used.
        const ahead = last > step + SPREAD;
        if (last >= step && !ahead) return false;
        await trx('second_factors').where({ account: id }).update({ last_step: step });
        if (ahead)
          tell(
            `the second factor of account ${id} was last used at ${timeOf(last)}, by a clock that was ahead; ` +
              `its code of ${timeOf(step)} was accepted`,
          );
        return true;
      }),
    useRecoveryCode: ({ id, hash }) =>
      transaction(db, async (trx) => {
        const taken: number = await trx('recovery_codes').where({ account: id, hash }).del();
        if (taken === 0) return undefined;
        const rows: { count: number }[] = await trx('recovery_codes')
          .where({ account: id })
          .count({ count: '*' });
        return rows[0]?.count ?? 0;
      }),
  };
}

function timeOf(step: number): string {
  return new Date(step * STEP_MS).toISOString();
}

function deviceAnswers(db: Knex): Pick<Answerers, 'knowsDevice' | 'rememberDevice'> {
  return {
    knowsDevice: async ({ account, hash }) => {
      const rows: unknown[] = await db('devices').where({ account, hash }).select('account');
      return rows.length > 0;
    },
    rememberDevice: ({ account, hash, now }) =>
      transaction(db, async (trx) => {
        await trx('devices')
          .insert({ account, hash, seen: now })
          .onConflict(['account', 'hash'])
          .merge(['seen']);
        const kept = trx('devices')
          .where({ account })
          .orderBy([
            { column: 'seen', order: 'desc' },
            { column: 'hash', order: 'asc' },
          ])
          .limit(LIMITS.devices);
        await trx('devices').where({ account }).whereNotIn('hash', kept.select('hash')).del();
      }),
  };
}
