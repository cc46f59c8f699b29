/** What the operator's commands read. It includes no password hash and no secret. */
import type { Knex } from 'knex';
import { STEP_MS } from './accounts.ts';
import type { Account } from '#chat/records';
import type { AccountRole } from '#protocol/roles';

export interface AccountSummary extends Pick<Account, 'id' | 'name' | 'role' | 'created'> {
  readonly secondFactor: boolean;
  /** Login sessions that have not expired. */
  readonly sessions: number;
  /** When one of them was last used; `undefined` without one. */
  readonly seen: number | undefined;
}

export interface AccountsQuery {
  /** Only the account with this key. */
  readonly key?: string;
  /** Only accounts with a higher number. */
  readonly after?: number;
  readonly limit: number;
}

export interface AccountsPage {
  /** In the order of their numbers. */
  readonly accounts: readonly AccountSummary[];
  readonly more: boolean;
}

export interface Counts {
  readonly accounts: number;
  readonly sessions: number;
  readonly rooms: number;
  readonly sanctions: number;
  readonly messages: number;
  readonly auditEntries: number;
  /** Size of the database in bytes, without its write-ahead log. */
  readonly bytes: number;
}

interface SummaryRow {
  readonly id: number;
  readonly name: string;
  readonly role: AccountRole;
  readonly created: number;
  readonly second_factor: number;
  readonly sessions: number;
  readonly seen: number | null;
}

const COUNTS = `
  select
    (select count(*) from accounts) as accounts,
    (select count(*) from login_sessions where expires > ?) as sessions,
    (select count(*) from rooms) as rooms,
    (select count(*) from sanctions where coalesce(until > ?, true)) as sanctions,
    (select count(*) from messages) as messages,
    (select head - anchor from audit_state) as auditEntries,
    (select page_count * page_size from pragma_page_count, pragma_page_size) as bytes`;

/** Rows with a time in the future: the clock was ahead when they were stored, or has gone back. */
export interface Future {
  readonly counts: Readonly<
    Record<'messages' | 'logins' | 'sanctions' | 'secondFactors' | 'auditEntries', number>
  >;
  /** The latest of these times. */
  readonly newest: number;
}

const FUTURE = `
  with later (kind, ts) as (
    select 'messages', ts from messages where ts > :than
    union all select 'logins', token_changed from login_sessions where token_changed > :than
    union all select 'sanctions', ts from sanctions where ts > :than
    union all select 'secondFactors', last_step * ${STEP_MS} from second_factors where last_step * ${STEP_MS} > :than
    union all select 'auditEntries', ts from audit where ts > :than)
  select kind, count(*) as count, max(ts) as newest from later group by kind`;

/** The rows with a time later than `than`; `undefined` when there are none. */
export async function readFuture(db: Knex, than: number): Promise<Future | undefined> {
  const rows = await db.raw<{ kind: keyof Future['counts']; count: number; newest: number }[]>(FUTURE, {
    than,
  });
  if (rows.length === 0) return undefined;
  const none = { messages: 0, logins: 0, sanctions: 0, secondFactors: 0, auditEntries: 0 };
  return {
    counts: { ...none, ...Object.fromEntries(rows.map(({ kind, count }) => [kind, count])) },
    newest: Math.max(...rows.map(({ newest }) => newest)),
  };
}

export async function readAccounts(
  db: Knex,
  { key, after = 0, limit }: AccountsQuery,
  now: number,
): Promise<AccountsPage> {
  const query = db('accounts').where('id', '>', after);
  if (key !== undefined) void query.where({ key });
  const rows = await query
    .select<SummaryRow[]>(
      'id',
      'name',
      'role',
      'created',
      db.raw('exists (select 1 from second_factors where account = accounts.id) as second_factor'),
      liveSessions(db, now).count('*').as('sessions'),
      liveSessions(db, now).max('seen').as('seen'),
    )
    .orderBy('id')
    .limit(limit + 1);
  return { accounts: rows.slice(0, limit).map(summaryOf), more: rows.length > limit };
}

function liveSessions(db: Knex, now: number): Knex.QueryBuilder {
  return db('login_sessions').where('account', db.ref('accounts.id')).where('expires', '>', now);
}

function summaryOf({ second_factor: factor, seen, ...same }: SummaryRow): AccountSummary {
  return { ...same, secondFactor: factor === 1, seen: seen ?? undefined };
}

/** Also removes its sessions, devices and read markers; its messages stay, under its name. False if there is no account. */
export async function removeAccount(db: Knex, id: number): Promise<boolean> {
  const removed: number = await db('accounts').where({ id }).del();
  return removed === 1;
}

export async function readCounts(db: Knex, now: number): Promise<Counts> {
  const rows = await db.raw<Counts[]>(COUNTS, [now, now]);
  return rows[0] as Counts;
}
