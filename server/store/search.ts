/**
 * Search in messages. The text that a user types is taken as words and phrases, never as a query in SQLite's language.
 * In a language without spaces between words, SQLite takes a whole run of letters for one word, so that only the whole
 * run finds such text.
 */
import type { Knex } from 'knex';
import { storeFailure } from './errors.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageOf } from './messages.ts';
import { fitPage } from './pages.ts';
import { type SearchIndexer, roomWord } from './search-index.ts';
import type { Answerers, SearchQuery } from '#chat/questions';

/** SQLite's tokenizer unicode61 makes words of letters, digits and the private use area. */
const IN_A_WORD = /[\p{L}\p{N}\p{Co}]/u;

/**
 * The words and "phrases" that must all occur, in FTS5's query language. Each is in quotes, within which no character
 * has a special meaning (https://sqlite.org/fts5.html#full_text_query_syntax). `undefined` if the text has no word.
 */
export function matchExpression(text: string): string | undefined {
  // The text between the first and second quotation marks is a phrase, as is that between the third and fourth, and so on.
  const parts = text.replaceAll('\0', ' ').split('"');
  const terms = parts.flatMap((part, at) => (at % 2 === 1 ? [part] : part.split(/\s+/u)));
  const words = terms.filter((term) => IN_A_WORD.test(term));
  return words.length === 0 ? undefined : words.map((word) => `"${word}"`).join(' AND ');
}

export function searchAnswers(db: Knex, indexer: SearchIndexer): Pick<Answerers, 'search'> {
  return {
    search: async (query) => {
      const words = matchExpression(query.text);
      if (words === undefined) return undefined;
      if (query.rooms.length === 0) return { messages: [], more: false };
      await indexer.catchUp().catch((error: unknown) => {
        // On a full disk nothing new is stored and nothing can be indexed, but what has been indexed can still be found.
        if (storeFailure(error) !== 'read_only') throw error;
      });
      const rows = await matching(db, words, query);
      return fitPage(
        rows.map((row) => ({ ...messageOf(row), room: row.room })),
        query.limit,
      );
    },
  };
}

/** The matching messages, newest first; one more than `limit`, which shows that there are more. */
async function matching(
  db: Knex,
  words: string,
  { rooms, before, limit }: SearchQuery,
): Promise<(MessageRow & { readonly room: string })[]> {
  const inRooms = rooms.map((room) => `"${roomWord(room)}"`).join(' OR ');
  const found = db('search')
    .whereRaw('search match ?', [`room : (${inRooms}) AND text : (${words})`])
    .select('rowid')
    .orderBy('rowid', 'desc')
    .limit(limit + 1);
  if (before !== undefined) void found.where('rowid', '<', before);
  // The rooms are checked again: a damaged index must not show what was said elsewhere.
  return db<MessageRow & { room: string }>('messages')
    .whereIn('id', found)
    .whereRaw('room in (select value from json_each(?))', [JSON.stringify(rooms)])
    .select(...MESSAGE_COLUMNS, 'room')
    .orderBy('id', 'desc');
}
