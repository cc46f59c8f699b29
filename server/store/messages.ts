/** Messages: grouped commits, history, and later changes by the author or a moderator. */
import type { Knex } from 'knex';
import { readChanges, recordChange } from './changes.ts';
import { transaction } from './database.ts';
import { fitPage } from './pages.ts';
import { reindex } from './search-index.ts';
import { accountOf } from '#chat/authors';
import type { HistoryQuery, Loaded } from '#chat/effects';
import type { Answerers, MessageInfo, Receipt } from '#chat/questions';
import type { StoredMessage, WireName } from '#protocol/messages';

export interface MessageRow {
  readonly id: number;
  readonly sender: string;
  readonly author: string;
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
  'author',
  'text',
  'ts',
  'via',
  'reply_to',
  'edited',
  'deleted_by',
] as const satisfies readonly (keyof MessageRow)[];

/** 0 when nothing was ever said. */
export async function lastId(db: Knex): Promise<number> {
  const rows: { last: number | null }[] = await db('messages').max({ last: 'id' });
  return rows[0]?.last ?? 0;
}

export async function readHistory(
  db: Knex,
  { room, after, before, limit, changes }: HistoryQuery,
): Promise<Loaded> {
  const changed = changes && (await readChanges(db, { room, since: changes.since, upTo: after ?? 0 }));
  const query = db<MessageRow & { room: string }>('messages').where({ room });
  if (after !== undefined) void query.where('id', '>', after);
  if (before !== undefined) void query.where('id', '<', before);
  const ascending = after !== undefined;
  const rows: MessageRow[] = await query
    .select(...MESSAGE_COLUMNS)
    .orderBy('id', ascending ? 'asc' : 'desc')
    .limit(limit + 1);
  const { messages, more } = fitPage(rows.map(messageOf), limit);
  const page = { messages: ascending ? messages : messages.reverse(), more };
  return changed ? { ...page, changes: changed } : page;
}

export function messageAnswers(
  db: Knex,
): Pick<Answerers, 'messageById' | 'messageByRef' | 'editMessage' | 'deleteMessage'> {
  return {
    messageById: async ({ id }) => {
      const rows = await db<MessageRow & { room: string }>('messages').where({ id }).select();
      return rows[0] && infoOf(rows[0]);
    },
    messageByRef: async (reference) => {
      const rows: Receipt[] = await db('messages').where(reference).select('id', 'room', 'ts');
      return rows[0];
    },
    editMessage: ({ id, text, now }) => change(db, id, { text, edited: now }),
    deleteMessage: ({ id, by }) => change(db, id, { text: '', edited: null, deleted_by: by }),
  };
}

/** Returns the number of the change. `undefined`, and nothing is changed, if the message no longer exists. */
async function change(
  db: Knex,
  id: number,
  to: { readonly text: string; readonly edited: number | null; readonly deleted_by?: string },
): Promise<number | undefined> {
  return transaction(db, async (trx) => {
    const words = to.deleted_by === undefined ? to.text : undefined;
    const wasThere = await reindex(trx, id, words, async () => {
      await trx('messages').where({ id }).update(to);
    });
    return wasThere ? recordChange(trx, id) : undefined;
  });
}

function infoOf(row: MessageRow & { readonly room: string }): MessageInfo {
  const { id, room, sender: from, author, ts, via, deleted_by: by } = row;
  return { id, room, from, author, ts, via, deleted: by !== null };
}

/** The message as clients get it: fields that do not apply are absent. */
export function messageOf({ id, sender: from, author, text, ts, via, ...more }: MessageRow): StoredMessage {
  return {
    id,
    from,
    ...(accountOf(author) !== undefined && { account: true as const }),
    text,
    ts,
    via,
    ...(more.reply_to !== null && { reply_to: more.reply_to }),
    ...(more.edited !== null && { edited: more.edited }),
    ...(more.deleted_by !== null && { deleted: true as const }),
  };
}
