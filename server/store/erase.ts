/**
 * Erases the messages of a removed room, or of a deleted class, from the database. They are hidden at once, so that nobody
 * finds them, and erased a little later, piece by piece: it takes half a minute to remove the words of 100,000 messages from
 * the index, and in one piece nothing else could be stored during that time.
 */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import { IdleWork } from './idle-work.ts';

/** Milliseconds before the first piece: in a burst the commits come first. */
const REST_MS = 100;
/** Messages erased at a time: the next commit waits for about 10 ms. */
export const PIECE = 64;

/**
 * No room has a name that begins with a dash. The text is kept only if it has been indexed, because it is needed to
 * remove its words from the index. The reference is removed, so that nobody is told of a message in such a room.
 */
const HIDE = `
  update messages
  set room = '-' || room, ref = null, deleted_by = ?,
    text = case when id <= (select indexed from search_state) then text else '' end`;

const HIDE_ROOM = `${HIDE} where room = ? and ts >= ?`;

const HIDDEN = `room >= '-' and room < '.'`;

/** What is hidden already keeps its place, and so does the one that has been blanked. */
const HIDE_AUTHORS = `
  ${HIDE} where author in (select value from json_each(?)) and room <> '' and not (${HIDDEN})`;

const ERASE_WORDS = `
  insert into search (search, rowid, room, text)
  select 'delete', id, 'r' || lower(hex(substr(room, 2))), text from messages
  where id in (select value from json_each(?)) and text <> ''`;

const ERASE = `
  delete from messages
  where id in (select value from json_each(?)) and id < (select max(id) from messages)`;

/**
 * The newest message of all is blanked instead of deleted, so that its number stays: otherwise the server would give
 * out that number a second time after its next start.
 */
const BLANK = `
  update messages set room = '', sender = '', author = '', text = '', reply_to = null, edited = null
  where id in (select value from json_each(?))`;

/** Hides messages, so that nobody can read or find them, and returns their number. Runs in a transaction. */
export async function hideMessages(
  trx: Knex,
  { room, since, by }: { readonly room: string; readonly since: number; readonly by: string },
): Promise<number> {
  await trx.raw(HIDE_ROOM, [by, room, since]);
  const rows = await trx.raw<{ count: number }[]>('select changes() as count');
  return rows[0]?.count ?? 0;
}

/** The same for what these authors have said anywhere. */
export async function hideWordsOf(trx: Knex, authors: readonly string[]): Promise<void> {
  await trx.raw(HIDE_AUTHORS, ['', JSON.stringify(authors)]);
}

/** Erases hidden messages, including those hidden before the last start. */
export class Eraser {
  readonly #work: IdleWork;

  constructor(db: Knex) {
    this.#work = new IdleWork(() => erasePiece(db), REST_MS);
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
