/** The class that the server is run for, and the people in it. */
import type { Step } from './step.ts';

export const classroom: Step = {
  name: '009-class',
  up: async (db) => {
    // One row: a data folder has one class at a time.
    await db.raw(`
      create table class (
        id integer primary key check (id = 1),
        title text not null,
        code text not null,
        open integer not null
      )`);
    await db.raw(`
      create table people (
        id integer primary key autoincrement,
        account integer not null unique references accounts (id) on delete cascade,
        role text not null,
        token_hash text unique,
        psk text not null,
        joined integer not null,
        seen integer not null,
        address text not null,
        removed integer not null default 0
      )`);
  },
  down: async (db) => {
    await db.schema.dropTable('people');
    await db.schema.dropTable('class');
  },
};
