/** Bans and mutes. Those that have expired are deleted. */
import type { Knex } from 'knex';
import type { Answerers } from '#chat/questions';
import type { Sanction } from '#chat/records';
import { LIMITS } from '#protocol/limits';

type SanctionRow = { readonly [K in keyof Sanction]: Exclude<Sanction[K], undefined> | null };

export function sanctionAnswers(db: Knex): Pick<Answerers, 'saveSanction' | 'liftSanctions'> {
  return {
    saveSanction: async ({ sanction }) => {
      await db('sanctions').insert(rowOf(sanction)).onConflict('id').merge();
    },
    liftSanctions: async ({ ids }) => {
      // As one parameter: there may be more ids than a statement may have parameters.
      await db('sanctions')
        .whereRaw('id in (select value from json_each(?))', [JSON.stringify(ids)])
        .del();
    },
  };
}

/** Those in force, the oldest first. If there are more than the cap, the newest ones are kept. */
export async function storedSanctions(db: Knex, now: number): Promise<Sanction[]> {
  // One with a beginning in the future was imposed while the clock was ahead: it lasts for its whole duration from now on.
  await db('sanctions')
    .where('ts', '>', now)
    .update({ until: db.raw('?? - ts + ?', ['until', now]), ts: now });
  await db('sanctions').where('until', '<=', now).del();
  const rows = await db('sanctions')
    .select<SanctionRow[]>()
    .orderBy([
      { column: 'ts', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(LIMITS.sanctions);
  return rows.reverse().map(sanctionOf);
}

function rowOf({ author, name, key, address, room, until, reason, ...always }: Sanction): SanctionRow {
  return {
    ...always,
    author: author ?? null,
    name: name ?? null,
    key: key ?? null,
    address: address ?? null,
    room: room ?? null,
    until: until ?? null,
    reason: reason ?? null,
  };
}

function sanctionOf({ author, name, key, address, room, until, reason, ...always }: SanctionRow): Sanction {
  return {
    id: always.id as string,
    kind: always.kind as Sanction['kind'],
    by: always.by as string,
    ts: always.ts as number,
    author: author ?? undefined,
    name: name ?? undefined,
    key: key ?? undefined,
    address: address ?? undefined,
    room: room ?? undefined,
    until: until ?? undefined,
    reason: reason ?? undefined,
  };
}
