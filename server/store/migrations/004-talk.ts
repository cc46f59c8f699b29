/** Replies, changes and deletions, how far each account has read, and the index of words. */
import type { Step } from './step.ts';

export const talk: Step = {
  name: '004-talk',
  up: async (db) => {
    await db.schema.alterTable('messages', (table) => {
      table.integer('reply_to');
      table.integer('edited');
      table.text('deleted_by');
    });
    await db.schema.createTable('read_markers', (table) => {
      table.integer('account').notNullable().references('accounts.id').onDelete('cascade');
      table.text('room').notNullable();
      table.integer('id').notNullable();
      // Orders the markers of an account by when they last moved: the one that moved longest ago makes room.
      table.integer('turn').notNullable();
      table.primary(['account', 'room']);
    });
    // Holds no copy of the texts (content=''). `room` is the room's name in hexadecimal, so that it is one word.
    // unicode61: words of letters and digits, whatever their case, and the accents on Latin letters.
    await db.raw(
      `create virtual table search using fts5
       (room, text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')`,
    );
    // The words of a deleted message are erased from the index at once, not with the next merge.
    await db.raw(`insert into search(search, rank) values ('secure-delete', 1)`);
    await db.schema.createTable('search_state', (table) => {
      // Messages up to this one are in the index.
      table.integer('indexed').notNullable();
    });
    await db('search_state').insert({ indexed: 0 });
  },
  down: async (db) => {
    for (const table of ['search_state', 'search', 'read_markers']) await db.schema.dropTable(table);
    await db.schema.alterTable('messages', (table) => table.dropColumns('reply_to', 'edited', 'deleted_by'));
  },
};
