/** The database's shape, step by step. A step that has been released is never changed; the next one changes it. */
import type { Knex } from 'knex';

interface Step {
  readonly name: string;
  readonly up: (db: Knex) => Promise<void>;
  readonly down: (db: Knex) => Promise<void>;
}

const STEPS: readonly Step[] = [
  {
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
  },
];

export const migrations: Knex.MigrationSource<Step> = {
  getMigrations: () => Promise.resolve([...STEPS]),
  getMigrationName: ({ name }) => name,
  getMigration: ({ up, down }) => Promise.resolve({ up, down }),
};
