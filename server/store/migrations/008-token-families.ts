/** The part that all tokens of a login share. It identifies an earlier token, however many came after it. */
import type { Step } from './step.ts';

export const families: Step = {
  name: '008-token-families',
  up: async (db) => {
    await db.schema.alterTable('login_sessions', (table) => {
      table.text('family_hash');
      table.index(['family_hash'], 'login_sessions_by_family');
    });
  },
  down: async (db) => {
    await db.schema.alterTable('login_sessions', (table) => {
      table.dropIndex(['family_hash'], 'login_sessions_by_family');
      table.dropColumn('family_hash');
    });
  },
};
