/** Which flags each person in the class has handed in, and for whom they were made. */
import type { Step } from './step.ts';

export const flags: Step = {
  name: '013-flags',
  up: async (db) => {
    await db.raw(`
      create table flags (
        person integer not null references people (id) on delete cascade,
        whose integer not null references people (id) on delete cascade,
        time integer not null,
        primary key (person, whose)
      )`);
  },
  down: async (db) => {
    await db.schema.dropTable('flags');
  },
};
