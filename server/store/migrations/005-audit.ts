/**
 * The audit log: rows are added, never changed. `audit_state` records where the chain begins and ends: the first row
 * follows `anchor`, the last one is `head`.
 */
import type { Step } from './step.ts';

/** Dropped only in the transaction that moves the oldest rows to a file (`server/store/audit-archive.ts`). */
export const NO_AUDIT_DELETE = `
  create trigger audit_no_delete before delete on audit
  begin select raise(abort, 'the audit log is append-only'); end`;

const NO_AUDIT_UPDATE = `
  create trigger audit_no_update before update on audit
  begin select raise(abort, 'the audit log is append-only'); end`;

// Also prevents a replacing insert, which would delete a row without firing the trigger above.
const AUDIT_IN_ORDER = `
  create trigger audit_in_order before insert on audit
  when new.id is not (select head + 1 from audit_state)
  begin select raise(abort, 'the audit log goes on at its end only'); end`;

const AUDIT_HEAD = `
  create trigger audit_head after insert on audit
  begin update audit_state set head = new.id, head_hash = new.hash; end`;

const ZERO_HASH = '0'.repeat(64);

export const audit: Step = {
  name: '005-audit',
  up: async (db) => {
    await db.schema.createTable('audit', (table) => {
      table.integer('id').primary();
      table.integer('ts').notNullable();
      table.text('event').notNullable();
      table.text('actor').notNullable();
      for (const column of ['subject', 'address', 'via', 'room', 'detail']) table.text(column);
      table.text('hash').notNullable();
    });
    await db.schema.createTable('audit_state', (table) => {
      table.integer('anchor').notNullable();
      table.text('anchor_hash').notNullable();
      table.integer('head').notNullable();
      table.text('head_hash').notNullable();
    });
    await db('audit_state').insert({ anchor: 0, anchor_hash: ZERO_HASH, head: 0, head_hash: ZERO_HASH });
    for (const trigger of [NO_AUDIT_DELETE, NO_AUDIT_UPDATE, AUDIT_IN_ORDER, AUDIT_HEAD]) {
      await db.raw(trigger);
    }
  },
  down: async (db) => {
    for (const table of ['audit_state', 'audit']) await db.schema.dropTable(table);
  },
};
