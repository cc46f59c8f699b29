/** How far each person in the class is with each lab. */
import type { Step } from './step.ts';

export const progress: Step = {
  name: '011-progress',
  up: async (db) => {
    await db.raw(`
      create table progress (
        person integer not null references people (id) on delete cascade,
        lab text not null,
        progress text not null,
        primary key (person, lab)
      )`);
  },
  down: async (db) => {
    await db.schema.dropTable('progress');
  },
};
