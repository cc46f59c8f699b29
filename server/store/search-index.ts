/**
 * The index of words (SQLite FTS5) follows the messages at a distance. A trigger that feeds it with each commit was
 * measured: a commit of 16 messages took 5.5 ms in place of 0.3 ms, one of 4,096 took 80 ms in place of 60 ms, for
 * FTS5 writes its segments with each transaction. Indexed apart, 4,096 messages take 25 ms, which nobody waits for.
 * So each commit is followed by idle chunks, and a search indexes what is left of the tail first.
 */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import { StoreBusyError } from './errors.ts';
import { IdleWork } from './idle-work.ts';

/** Messages indexed in one go: some 10 ms in which the next commit waits. */
const CHUNK = 1_024;
/** What a search indexes before it looks; with more than that left, it is asked to come again. */
const CHUNKS_PER_SEARCH = 8;
/** What stands for a room in the index: one word, whatever characters its name has. The same as in `INDEX_CHUNK`. */
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
    this.#work = new IdleWork(() => indexChunk(db));
  }

  /** There may be something to index: it is done soon, while nothing else is. A search reports what is wrong. */
  wake(): void {
    this.#work.wake();
  }

  /** Indexes everything up to now. Rejects with `StoreBusyError` when that would take long; it goes on by itself. */
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
 * Changes a message and what the index has of it; without a text its words leave the index. False, and nothing is
 * changed, when there is no such message or it was deleted.
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
