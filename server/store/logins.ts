/** Login sessions: who is logged in where. An expired one is not found, and is deleted with the next login. */
import type { Knex } from 'knex';
import { accountWhere } from './accounts.ts';
import { transaction } from './database.ts';
import type { Answerers } from '#chat/questions';
import type { LoginSession } from '#chat/records';
import { LIMITS } from '#protocol/limits';
import type { WireName } from '#protocol/messages';

type LoginQuestion = 'startSession' | 'sessionByToken' | 'rotateToken' | 'sessionsOf' | 'endSessions';

interface LoginRow {
  readonly id: string;
  readonly account: number;
  readonly token_hash: string;
  readonly previous_hash: string | null;
  readonly family_hash: string | null;
  readonly token_changed: number;
  readonly created: number;
  readonly seen: number;
  readonly expires: number;
  readonly via: WireName;
  readonly address: string;
}

/** knex has no `returning` for a deletion in SQLite. */
const END = `
  delete from login_sessions
  where account = ? and (? or id in (select value from json_each(?))) and id is not ?
  returning id`;

/** `clock` returns milliseconds since 1970, with which the expiry of a session is compared. */
export function loginAnswers(db: Knex, clock: () => number): Pick<Answerers, LoginQuestion> {
  return {
    startSession: ({ session }) => startSession(db, session, clock()),
    sessionByToken: async ({ hash, family = null }) => {
      const rows = await db<LoginRow>('login_sessions')
        .where((either) => {
          void either.where({ token_hash: hash }).orWhere({ previous_hash: hash });
          if (family !== null) void either.orWhere({ family_hash: family });
        })
        .where('expires', '>', clock())
        // A match of the token itself takes precedence over a match of its family.
        .orderByRaw('token_hash = ? desc, previous_hash = ? desc', [hash, hash])
        .limit(1)
        .select();
      const session = rows[0] && sessionOf(rows[0]);
      const account = session && (await accountWhere(db, { 'accounts.id': session.account }));
      return session && account && { session, account };
    },
    // Compare and set: if two connections come with the same token, only one changes it.
    rotateToken: async ({ before, after }) => {
      const { id, account, ...change } = rowOf(after);
      const changed: number = await db('login_sessions')
        .where({ id, account, token_hash: before.tokenHash })
        .update(change);
      return changed === 1;
    },
    sessionsOf: async ({ account, now }) => {
      const rows = await db<LoginRow>('login_sessions')
        .where({ account })
        .where('expires', '>', now)
        .orderBy('seen', 'desc')
        .select();
      return rows.map(sessionOf);
    },
    endSessions: async ({ account, ids, except }) => {
      const all = ids === 'all';
      const list = JSON.stringify(all ? [] : ids);
      const ended = await db.raw<Pick<LoginRow, 'id'>[]>(END, [account, all, list, except ?? null]);
      return ended.map(({ id }) => id);
    },
  };
}

const MAKE_ROOM = `
  delete from login_sessions
  where account = ? and id not in (select id from login_sessions where account = ? order by seen desc limit ?)
  returning id`;

/** The sessions not used for longest make room. Returns their ids. */
function startSession(db: Knex, session: LoginSession, now: number): Promise<string[]> {
  return transaction(db, async (trx) => {
    await sweepLogins(trx, now);
    const { account } = session;
    const others = LIMITS.loginSessions - 1;
    const ended = await trx.raw<Pick<LoginRow, 'id'>[]>(MAKE_ROOM, [account, account, others]);
    await trx('login_sessions').insert(rowOf(session));
    return ended.map(({ id }) => id);
  });
}

export async function sweepLogins(db: Knex, now: number): Promise<void> {
  await db('login_sessions').where('expires', '<=', now).del();
}

function sessionOf(row: LoginRow): LoginSession {
  const {
    token_hash: tokenHash,
    previous_hash: previous,
    family_hash: family,
    token_changed: tokenChanged,
    ...same
  } = row;
  const previousHash = previous ?? undefined;
  return { ...same, tokenHash, familyHash: family ?? undefined, previousHash, tokenChanged };
}

function rowOf({ tokenHash, familyHash, previousHash, tokenChanged, ...same }: LoginSession): LoginRow {
  return {
    ...same,
    token_hash: tokenHash,
    previous_hash: previousHash ?? null,
    family_hash: familyHash ?? null,
    token_changed: tokenChanged,
  };
}
