/** Accounts, their credentials, and their login sessions. */
import type { Step } from './step.ts';

export const accounts: Step = {
  name: '002-accounts',
  up: async (db) => {
    await db.schema.createTable('accounts', (table) => {
      // A number is never reused: it ties an account's messages to the account.
      table.increments('id');
      table.text('name').notNullable();
      table.text('key').notNullable().unique({ indexName: 'accounts_by_key' });
      table.text('role').notNullable();
      table.text('password_hash').notNullable();
      table.integer('created').notNullable();
    });
    await db.schema.createTable('second_factors', (table) => {
      table.integer('account').primary().references('accounts.id').onDelete('cascade');
      table.text('secret').notNullable();
      table.integer('last_step').notNullable();
    });
    await db.schema.createTable('recovery_codes', (table) => {
      table.integer('account').notNullable().references('accounts.id').onDelete('cascade');
      table.text('hash').notNullable();
      table.primary(['account', 'hash']);
    });
    await db.schema.createTable('devices', (table) => {
      table.integer('account').notNullable().references('accounts.id').onDelete('cascade');
      table.text('hash').notNullable();
      table.integer('seen').notNullable();
      table.primary(['account', 'hash']);
    });
    await db.schema.createTable('login_sessions', (table) => {
      table.text('id').primary();
      table.integer('account').notNullable().references('accounts.id').onDelete('cascade');
      table.text('token_hash').notNullable().unique({ indexName: 'login_sessions_by_token' });
      table.text('previous_hash');
      table.integer('token_changed').notNullable();
      table.integer('created').notNullable();
      table.integer('seen').notNullable();
      table.integer('expires').notNullable();
      table.text('via').notNullable();
      table.text('address').notNullable();
      table.index(['previous_hash'], 'login_sessions_by_previous');
      table.index(['account'], 'login_sessions_by_account');
      table.index(['expires'], 'login_sessions_by_expiry');
    });
  },
  down: async (db) => {
    for (const table of ['login_sessions', 'devices', 'recovery_codes', 'second_factors', 'accounts']) {
      await db.schema.dropTable(table);
    }
  },
};
