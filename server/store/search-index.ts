/**
 * The index of words (SQLite FTS5) follows the messages with a delay. A trigger that updates it with each commit was
 * measured: a commit of 16 messages took 5.5 ms instead of 0.3 ms, and one of 4,096 took 80 ms instead of 60 ms, because
 * FTS5 writes its segments with each transaction. Indexed separately, 4,096 messages take 25 ms, which nobody waits for.
 * So messages are indexed in chunks when the store is idle, and a search first indexes those that are left.
 */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import { StoreBusyError } from './errors.ts';
import { IdleWork } from './idle-work.ts';

/** Milliseconds before the first chunk: one for each of many commits would cost more than the commits. */
export const REST_MS = 1_000;
/** Messages indexed at a time: the next commit waits for about 10 ms. */
const CHUNK = 1_024;
/** Chunks that a search indexes before it runs. If more are left, the asker is told to try again. */
const CHUNKS_PER_SEARCH = 8;
/** The word that stands for a room in the index, whatever characters its name has. The same as in `INDEX_CHUNK`. */
export function roomWord(room: string): string {
  return `r${Buffer.from(room).toString('hex')}`;
}

const INDEX_CHUNK = `
  insert into search (rowid, room, text)
  select id, 'r' || lower(hex(room)), text from messages where id > ? and id <= ? and deleted_by is null`;

export class SearchIndexer {
  readonly #db: Knex;
  readonly #work: IdleWork;

  constructor(db: Knex) {
    this.#db = db;
    this.#work = new IdleWork(() => indexChunk(db), REST_MS);
  }

  /** Tells that there may be something to index, which is done soon, when nothing else is. Only a search reports failures. */
  wake(): void {
    this.#work.wake();
  }

  /** Indexes everything so far. Rejects with `StoreBusyError` if that would take long, and goes on in the background. */
  async catchUp(): Promise<void> {
    for (let chunk = 0; chunk < CHUNKS_PER_SEARCH; chunk++) {
      if (!(await indexChunk(this.#db))) return;
    }
    this.wake();
    throw new StoreBusyError('messages are still being indexed');
  }

  close(): Promise<void> {
    return this.#work.close();
  }
}

/** True when there is more to index. */
function indexChunk(db: Knex): Promise<boolean> {
  return transaction(db, async (trx) => {
    const from = await indexedUpTo(trx);
    const next = trx('messages').where('id', '>', from).orderBy('id').limit(CHUNK).select('id');
    const rows: { last: number | null; count: number }[] = await trx
      .from(next.as('next'))
      .max({ last: 'id' })
      .count({ count: '*' });
    const { last = null, count = 0 } = rows[0] ?? {};
    if (last === null) return false;
    await trx.raw(INDEX_CHUNK, [from, last]);
    await trx('search_state').update({ indexed: last });
    return count === CHUNK;
  });
}

async function indexedUpTo(db: Knex): Promise<number> {
  const rows: { indexed: number }[] = await db('search_state').select('indexed');
  return rows[0]?.indexed ?? 0;
}

/**
 * Changes a message and its words in the index; without a text, its words are removed from the index. False, and
 * nothing is changed, if there is no such message or it was deleted.
 */
export async function reindex(
  trx: Knex,
  id: number,
  text: string | undefined,
  change: () => Promise<void>,
): Promise<boolean> {
  const rows: { room: string; text: string }[] = await trx('messages')
    .where({ id, deleted_by: null })
    .select('room', 'text');
  const before = rows[0];
  if (!before) return false;
  if (id <= (await indexedUpTo(trx))) {
    const room = roomWord(before.room);
    await trx.raw(`insert into search (search, rowid, room, text) values ('delete', ?, ?, ?)`, [
      id,
      room,
      before.text,
    ]);
    if (text !== undefined) await trx('search').insert({ rowid: id, room, text });
  }
  await change();
  return true;
}
