/** In which order messages were changed and deleted: who was away is told of what came after the last it knows of. */
import type { Step } from './step.ts';

export const changes: Step = {
  name: '007-changes',
  up: async (db) => {
    // `autoincrement`: no number comes twice, also when the newest row is gone.
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
