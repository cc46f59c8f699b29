/** Edits and deletions of messages, in order: the last change of each message, with its number. */
import type { Knex } from 'knex';
import type { Changed, Changes } from '#chat/effects';
import { LIMITS } from '#protocol/limits';
import { fitPage } from './pages.ts';

/** A later change of the same message replaces the previous one. */
const RECORD = `
  insert or replace into changes (message, room) select id, room from messages where id = ?
  returning number`;

// The message itself must still be in the room: what is left of a removed room is in none.
const NEWEST = `
  select number, id, text, edited, sender, deleted_by from changes join messages on messages.id = changes.message
  where changes.room = ? and number > ? and message <= ? and messages.room = changes.room
  order by number desc limit ?`;

interface Row {
  readonly number: number;
  readonly id: number;
  readonly text: string;
  readonly edited: number | null;
  readonly sender: string;
  readonly deleted_by: string | null;
}

export interface ChangesQuery {
  readonly room: string;
  /** Number of a change; without it, only the last number is returned. */
  readonly since: number | undefined;
  /** Only changes of messages up to this one. */
  readonly upTo: number;
}

/** Records the change of a message, and returns its number. Runs in the same transaction as the change. */
export async function recordChange(trx: Knex, id: number): Promise<number> {
  const rows = await trx.raw<{ number: number }[]>(RECORD, [id]);
  return rows[0]?.number ?? 0;
}

/** The newest changes after the one given, as many as the cap allows, the oldest of them first. */
export async function readChanges(db: Knex, { room, since, upTo }: ChangesQuery): Promise<Changes> {
  // Read first: a change that comes in between is then told twice rather than never.
  const last = await lastChange(db);
  if (since === undefined || since >= last) return { last, told: [], more: false };
  const most = LIMITS.changesOnJoin;
  const rows = await db.raw<Row[]>(NEWEST, [room, since, upTo, most + 1]);
  const { messages, more } = fitPage(rows.map(changedOf), most);
  return { last, told: messages.reverse(), more };
}

/** 0 when nothing was ever changed. */
async function lastChange(db: Knex): Promise<number> {
  const rows: { seq: number }[] = await db('sqlite_sequence').where({ name: 'changes' }).select('seq');
  return rows[0]?.seq ?? 0;
}

function changedOf({ number, id, text, edited, sender, deleted_by }: Row): Changed {
  if (deleted_by !== null) return { change: number, id, by: deleted_by };
  return { change: number, id, by: sender, edit: { text, edited: edited ?? 0 } };
}
