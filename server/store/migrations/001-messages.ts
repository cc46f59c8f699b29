import type { Step } from './step.ts';

export const messages: Step = {
  name: '001-messages',
  up: async (db) => {
    await db.schema.createTable('messages', (table) => {
      table.integer('id').primary();
      table.text('room').notNullable();
      table.text('sender').notNullable();
      table.text('author').notNullable();
      table.text('ref');
      table.text('text').notNullable();
      table.integer('ts').notNullable();
      table.text('via').notNullable();
      // SQLite adds the id to each entry, so within a room or an author these are in order.
      table.index(['room'], 'messages_by_room');
      table.index(['author'], 'messages_by_author');
    });
  },
  down: async (db) => {
    await db.schema.dropTable('messages');
  },
};
