/** How far each account has read, room by room. */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import { accountAuthor } from '#chat/authors';
import type { Answerers, UnreadCount } from '#chat/questions';
import { LIMITS } from '#protocol/limits';

/** Counting stops at the cap: a reader that far behind does not need the exact number. */
const UNREAD = `
  select room, id as read,
    (select count(*) from (
      select 1 from messages m
      where m.room = read_markers.room and m.id > read_markers.id and m.author <> ? and m.deleted_by is null
      limit ?
    )) as unread,
    coalesce((select max(m.id) from messages m where m.room = read_markers.room), 0) as last
  from read_markers where account = ? order by room`;

const MOVE = `
  insert into read_markers (account, room, id, turn)
  values (?, ?, ?, (select coalesce(max(turn), 0) + 1 from read_markers where account = ?))
  on conflict (account, room) do update set id = max(id, excluded.id), turn = excluded.turn`;

export function readMarkerAnswers(db: Knex): Pick<Answerers, 'markRead' | 'unreadOf'> {
  return {
    markRead: ({ account, room, id }) =>
      transaction(db, async (trx) => {
        await trx.raw(MOVE, [account, room, id, account]);
        const kept = trx('read_markers')
          .where({ account })
          .orderBy('turn', 'desc')
          .limit(LIMITS.readMarkers)
          .select('room');
        await trx('read_markers').where({ account }).whereNotIn('room', kept).del();
      }),
    unreadOf: async ({ account }) => {
      const rows = await db.raw<UnreadCount[]>(UNREAD, [accountAuthor(account), LIMITS.unread, account]);
      return rows.map(({ room, unread, read, last }) => ({ room, unread, read, last }));
    },
  };
}
