/** A reference stands for one message of its author, for good. The index enforces that. */
import type { Step } from './step.ts';

// Before this step a reference could be used again after a thousand others; the first message keeps it.
const FIRST_KEEPS_IT = `
  update messages set ref = null
  where ref is not null and id not in (select min(id) from messages where ref is not null group by author, ref)`;

export const references: Step = {
  name: '006-references',
  up: async (db) => {
    await db.raw(FIRST_KEEPS_IT);
    await db.raw('create unique index messages_by_ref on messages (author, ref) where ref is not null');
    await db.raw('drop index messages_by_author');
  },
  down: async (db) => {
    await db.raw('create index messages_by_author on messages (author)');
    await db.raw('drop index messages_by_ref');
  },
};
