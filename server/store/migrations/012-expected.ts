/** The names of those whom the instructor expects in the class. */
import type { Step } from './step.ts';

export const expected: Step = {
  name: '012-expected',
  up: async (db) => {
    // A JSON array.
    await db.schema.alterTable('class', (table) => table.text('expected').notNullable().defaultTo('[]'));
  },
  down: async (db) => {
    await db.schema.alterTable('class', (table) => table.dropColumn('expected'));
  },
};
