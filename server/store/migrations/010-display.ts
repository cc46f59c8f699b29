/** What everyone in the class is shown: a restart in mid-lesson does not take it away. */
import type { Step } from './step.ts';

export const display: Step = {
  name: '010-display',
  up: async (db) => {
    // JSON; empty for nothing.
    await db.schema.alterTable('class', (table) => table.text('display').notNullable().defaultTo(''));
  },
  down: async (db) => {
    await db.schema.alterTable('class', (table) => table.dropColumn('display'));
  },
};
