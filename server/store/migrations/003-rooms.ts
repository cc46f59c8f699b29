/** Permanent rooms, invitations, and sanctions. */
import type { Step } from './step.ts';

export const rooms: Step = {
  name: '003-rooms',
  up: async (db) => {
    await db.schema.createTable('rooms', (table) => {
      table.text('name').primary();
      table.text('access').notNullable();
      table.boolean('locked').notNullable();
      table.integer('slow').notNullable();
      table.text('created_by').notNullable();
      table.integer('created').notNullable();
    });
    await db.schema.createTable('invitations', (table) => {
      table.text('room').notNullable().references('rooms.name').onDelete('cascade');
      table.text('author').notNullable();
      table.primary(['room', 'author']);
    });
    await db.schema.createTable('sanctions', (table) => {
      table.text('id').primary();
      table.text('kind').notNullable();
      for (const column of ['author', 'name', 'key', 'address', 'room']) table.text(column);
      table.integer('until');
      table.text('by').notNullable();
      table.text('reason');
      table.integer('ts').notNullable();
      table.index(['until'], 'sanctions_by_end');
    });
  },
  down: async (db) => {
    for (const table of ['sanctions', 'invitations', 'rooms']) await db.schema.dropTable(table);
  },
};
