/** Permanent rooms (those that were created, or that a moderator has changed), with the authors invited to them. */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import { type Eraser, hideMessages } from './erase.ts';
import type { Answerers } from '#chat/questions';
import type { RoomRecord } from '#chat/records';
import { LIMITS } from '#protocol/limits';

interface RoomRow {
  readonly name: string;
  readonly access: RoomRecord['access'];
  readonly locked: number;
  readonly slow: number;
  readonly created_by: string;
  readonly created: number;
  /** A JSON array. */
  readonly invited: string;
}

export function roomAnswers(db: Knex, eraser: Eraser): Pick<Answerers, 'saveRoom' | 'removeRoom'> {
  return {
    saveRoom: ({ room: { name, access, locked, slow, createdBy, created, invited } }) =>
      transaction(db, async (trx) => {
        await trx('rooms')
          .insert({ name, access, locked, slow, created_by: createdBy, created })
          .onConflict('name')
          .merge();
        const list = JSON.stringify(invited.slice(0, LIMITS.invitations));
        await trx('invitations')
          .where({ room: name })
          .whereRaw('author not in (select value from json_each(?))', [list])
          .del();
        await trx.raw('insert or ignore into invitations (room, author) select ?, value from json_each(?)', [
          name,
          list,
        ]);
      }),
    removeRoom: async ({ room, since, by }) => {
      const count = await transaction(db, async (trx) => {
        await trx('rooms').where({ name: room }).del();
        await trx('sanctions').where({ room }).del();
        await trx('read_markers').where({ room }).del();
        return hideMessages(trx, { room, since, by });
      });
      eraser.wake();
      return count;
    },
  };
}

/** All stored rooms up to the cap, the oldest first. */
export async function storedRooms(db: Knex): Promise<RoomRecord[]> {
  const rows = await db('rooms')
    .select<RoomRow[]>(
      'rooms.*',
      db.raw('(select json_group_array(author) from invitations where room = rooms.name) as invited'),
    )
    .orderBy(['created', 'name'])
    .limit(LIMITS.rooms);
  return rows.map(({ name, access, locked, slow, created_by: createdBy, created, invited }) => ({
    name,
    access,
    locked: locked === 1,
    slow,
    createdBy,
    created,
    invited: (JSON.parse(invited) as string[]).slice(0, LIMITS.invitations),
  }));
}
