/** The order in which messages were changed and deleted, so that a client can be told what it has missed. */
import type { Step } from './step.ts';

export const changes: Step = {
  name: '007-changes',
  up: async (db) => {
    // `autoincrement`: no number is used twice, even when the newest row is gone.
    await db.raw(`
      create table changes (
        number integer primary key autoincrement,
        message integer not null unique references messages (id) on delete cascade,
        room text not null
      )`);
    await db.raw('create index changes_by_room on changes (room, number)');
  },
  down: async (db) => {
    await db.schema.dropTable('changes');
  },
};
