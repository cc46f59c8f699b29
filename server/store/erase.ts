/**
 * Takes what was said in a removed room out of the database. Where nobody finds it it is at once; erased it is a
 * little later, piece by piece: the words of 100,000 messages leave the index in half a minute, during which nothing
 * else could be stored.
 */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import { IdleWork } from './idle-work.ts';

/** Messages erased in one go: some 10 ms in which the next commit waits. */
const PIECE = 64;

/**
 * No room has a name that begins so. The text stays only where it is in the index, whose words go by it, and the
 * reference goes, so that nobody is told of a message in such a room.
 */
const HIDE = `
  update messages
  set room = '-' || room, ref = null, deleted_by = ?,
    text = case when id <= (select indexed from search_state) then text else '' end
  where room = ? and ts >= ?`;

const HIDDEN = `room >= '-' and room < '.'`;

const ERASE_WORDS = `
  insert into search (search, rowid, room, text)
  select 'delete', id, 'r' || lower(hex(substr(room, 2))), text from messages
  where id in (select value from json_each(?)) and text <> ''`;

const ERASE = `
  delete from messages
  where id in (select value from json_each(?)) and id < (select max(id) from messages)`;

/**
 * The newest message of all leaves its number behind, in no room: without it the server would give that number a
 * second time after its next start.
 */
const BLANK = `
  update messages set room = '', sender = '', author = '', text = '', reply_to = null, edited = null
  where id in (select value from json_each(?))`;

/** From here on nobody reads or finds it. Gives how many messages that were. In a transaction. */
export async function hideMessages(
  trx: Knex,
  { room, since, by }: { readonly room: string; readonly since: number; readonly by: string },
): Promise<number> {
  await trx.raw(HIDE, [by, room, since]);
  const rows = await trx.raw<{ count: number }[]>('select changes() as count');
  return rows[0]?.count ?? 0;
}

/** Erases what was hidden, also before the last start. */
export class Eraser {
  readonly #work: IdleWork;

  constructor(db: Knex) {
    this.#work = new IdleWork(() => erasePiece(db));
  }

  wake(): void {
    this.#work.wake();
  }

  close(): Promise<void> {
    return this.#work.close();
  }
}

/** True when there is more to erase. */
export function erasePiece(db: Knex): Promise<boolean> {
  return transaction(db, async (trx) => {
    const rows: { id: number }[] = await trx('messages').whereRaw(HIDDEN).limit(PIECE).select('id');
    if (rows.length === 0) return false;
    const ids = JSON.stringify(rows.map(({ id }) => id));
    for (const statement of [ERASE_WORDS, ERASE, BLANK]) await trx.raw(statement, [ids]);
    return rows.length === PIECE;
  });
}
