/** What was said: grouped commits, history, and what the author or a moderator does to a message afterwards. */
import type { Knex } from 'knex';
import { transaction } from './database.ts';
import { reindex } from './search-index.ts';
import type { HistoryQuery, NewMessage } from '#chat/effects';
import type { Answerers, MessageInfo, Receipt } from '#chat/questions';
import { utf8 } from '#wire/bytes';
import { LIMITS } from '#wire/limits';
import type { StoredMessage, WireName } from '#wire/messages';

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: StoredMessage[];
  readonly more: boolean;
}

export interface MessageRow {
  readonly id: number;
  readonly sender: string;
  readonly text: string;
  readonly ts: number;
  readonly via: WireName;
  readonly reply_to: number | null;
  readonly edited: number | null;
  readonly deleted_by: string | null;
}

export const MESSAGE_COLUMNS = [
  'id',
  'sender',
  'text',
  'ts',
  'via',
  'reply_to',
  'edited',
  'deleted_by',
] as const satisfies readonly (keyof MessageRow)[];

/**
 * One statement for a whole batch: the rows travel as one JSON parameter. `where true` tells the upsert from a join.
 */
const INSERT_BATCH = `
  insert into messages (id, room, sender, author, ref, text, ts, via, reply_to)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8
  from json_each(?) where true
  on conflict (author, ref) where ref is not null do nothing
  returning id`;

/** Gives back the numbers of those that are there already, under the same author and reference. */
export async function insertMessages(db: Knex, batch: readonly NewMessage[]): Promise<ReadonlySet<number>> {
  const rows = batch.map(({ id, room, from, author, ref, text, ts, via, replyTo }) => [
    id,
    room,
    from,
    author,
    ref ?? null,
    text,
    ts,
    via,
    replyTo ?? null,
  ]);
  const inserted = await db.raw<{ id: number }[]>(INSERT_BATCH, [JSON.stringify(rows)]);
  const repeated = new Set<number>();
  if (inserted.length === batch.length) return repeated;
  for (const { id } of batch) repeated.add(id);
  for (const { id } of inserted) repeated.delete(id);
  return repeated;
}

/** 0 when nothing was ever said. */
export async function lastId(db: Knex): Promise<number> {
  const rows: { last: number | null }[] = await db('messages').max({ last: 'id' });
  return rows[0]?.last ?? 0;
}

export async function readHistory(
  db: Knex,
  { room, after, before, limit }: HistoryQuery,
): Promise<HistoryPage> {
  const query = db<MessageRow & { room: string }>('messages').where({ room });
  if (after !== undefined) void query.where('id', '>', after);
  if (before !== undefined) void query.where('id', '<', before);
  const ascending = after !== undefined;
  const rows: MessageRow[] = await query
    .select(...MESSAGE_COLUMNS)
    .orderBy('id', ascending ? 'asc' : 'desc')
    .limit(limit + 1);
  const { messages, more } = fitPage(rows.map(messageOf), limit);
  return { messages: ascending ? messages : messages.reverse(), more };
}

export function messageAnswers(
  db: Knex,
): Pick<Answerers, 'messageById' | 'messageByRef' | 'editMessage' | 'deleteMessage'> {
  return {
    messageById: async ({ id }) => {
      const rows = await db<MessageRow & { room: string; author: string }>('messages').where({ id }).select();
      return rows[0] && infoOf(rows[0]);
    },
    messageByRef: async (reference) => {
      const rows: Receipt[] = await db('messages').where(reference).select('id', 'room', 'ts');
      return rows[0];
    },
    editMessage: ({ id, text, now }) =>
      transaction(db, (trx) => reindex(trx, id, text, () => update(trx, id, { text, edited: now }))),
    deleteMessage: ({ id, by }) =>
      transaction(db, (trx) =>
        reindex(trx, id, undefined, () => update(trx, id, { text: '', edited: null, deleted_by: by })),
      ),
  };
}

async function update(db: Knex, id: number, change: Readonly<Record<string, unknown>>): Promise<void> {
  await db('messages').where({ id }).update(change);
}

function infoOf(row: MessageRow & { readonly room: string; readonly author: string }): MessageInfo {
  const { id, room, sender: from, author, ts, via, deleted_by: by } = row;
  return { id, room, from, author, ts, via, deleted: by !== null };
}

/** As clients see it: what does not apply is absent. */
export function messageOf({ id, sender: from, text, ts, via, ...more }: MessageRow): StoredMessage {
  return {
    id,
    from,
    text,
    ts,
    via,
    ...(more.reply_to !== null && { reply_to: more.reply_to }),
    ...(more.edited !== null && { edited: more.edited }),
    ...(more.deleted_by !== null && { deleted: true as const }),
  };
}

/** As many of the messages as fit one frame, but at least one; `more` says whether any was left out. */
export function fitPage<M extends StoredMessage>(
  found: readonly M[],
  limit: number,
): { messages: M[]; more: boolean } {
  const messages: M[] = [];
  let size = 0;
  for (const message of found.slice(0, limit)) {
    size += utf8(JSON.stringify(message)).length;
    if (size > LIMITS.historyPageBytes && messages.length > 0) break;
    messages.push(message);
  }
  return { messages, more: messages.length < found.length };
}
