/**
 * Messages in SQLite. One connection, used strictly in the order of the calls: a read sees every commit that was
 * asked for before it and none that was asked for later. The chat relies on that to join history and live messages
 * without a gap.
 */
import { chmod } from 'node:fs/promises';
import knex, { type Knex } from 'knex';
import { migrations } from './migrations.ts';
import type { HistoryQuery, KnownRef, NewMessage } from '#chat/effects';
import type { Answerers, Questions } from '#chat/questions';
import type { AuditEntry } from '#chat/records';
import type { Seed } from '#chat/state';
import { utf8 } from '#wire/bytes';
import { LIMITS } from '#wire/limits';
import type { StoredMessage } from '#wire/messages';

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: StoredMessage[];
  readonly more: boolean;
}

/** Questions of the chat that the store answers. */
export type StoreQuestion = Exclude<
  keyof Questions,
  | 'hashPassword'
  | 'verifyPassword'
  | 'passwordFlaw'
  | 'newSecondFactor'
  | 'codeStep'
  | 'mayLogin'
  | 'loginSucceeded'
>;

export interface Store {
  /** What the chat has to know before the first client comes. */
  seed(): Promise<Seed>;
  readonly answers: Pick<Answerers, StoreQuestion>;
  /** One line into the audit log, after all lines before it. */
  audit(entry: AuditEntry): Promise<void>;
  /** Stores all or nothing. Once it resolves the messages survive a killed process and a power cut. */
  commit(batch: readonly NewMessage[]): Promise<void>;
  history(query: HistoryQuery): Promise<HistoryPage>;
  /** The author's last references, oldest first. */
  refsOf(author: string): Promise<KnownRef[]>;
  close(): Promise<void>;
}

/** Opens the database, making and migrating it as needed. */
export async function openStore(file: string): Promise<Store> {
  const db = knex({
    client: 'sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    // What was said is private to this account. First of all: SQLite gives its side files the mode of the database.
    await db.raw('select 1');
    await chmod(file, 0o600);
    // A commit is on the disk when it is acknowledged: it survives a killed process and a power cut alike. Commits
    // are grouped by the caller, so the price of the sync is shared by all the messages that wait for it.
    await db.raw('pragma journal_mode = wal');
    await db.raw('pragma synchronous = full');
    await db.raw('pragma busy_timeout = 5000');
    await db.migrate.latest({ migrationSource: migrations });
  } catch (error) {
    await db.destroy();
    throw new Error(`the database ${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
  return new SqliteStore(db);
}

interface MessageRow {
  readonly id: number;
  readonly sender: string;
  readonly text: string;
  readonly ts: number;
  readonly via: string;
}

/** One statement for a whole batch: the rows travel as one JSON parameter. */
const INSERT_BATCH = `
  insert into messages (id, room, sender, author, ref, text, ts, via)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
  from json_each(?)`;

class SqliteStore implements Store {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async lastId(): Promise<number> {
    const row = (await this.#db('messages').max({ last: 'id' }).first()) as
      { last: number | null } | undefined;
    return row?.last ?? 0;
  }

  async commit(batch: readonly NewMessage[]): Promise<void> {
    const rows = batch.map((m) => [m.id, m.room, m.from, m.author, m.ref ?? null, m.text, m.ts, m.via]);
    await this.#db.raw(INSERT_BATCH, [JSON.stringify(rows)]);
  }

  async history({ room, after, before, limit }: HistoryQuery): Promise<HistoryPage> {
    const query = this.#db<MessageRow & { room: string }>('messages').where({ room });
    if (after !== undefined) void query.where('id', '>', after);
    if (before !== undefined) void query.where('id', '<', before);
    const ascending = after !== undefined;
    const rows: MessageRow[] = await query
      .select('id', 'sender', 'text', 'ts', 'via')
      .orderBy('id', ascending ? 'asc' : 'desc')
      .limit(limit + 1);
    const { messages, more } = fitPage(rows, limit);
    return { messages: ascending ? messages : messages.reverse(), more };
  }

  async refsOf(author: string): Promise<KnownRef[]> {
    const rows = await this.#db<KnownRef & { author: string }>('messages')
      .where({ author })
      .whereNotNull('ref')
      .select('ref', 'id', 'room', 'ts')
      .orderBy('id', 'desc')
      .limit(LIMITS.recentRefs);
    return rows.reverse();
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}

/** As many of the rows as fit one frame, but at least one; `more` says whether any was left out. */
function fitPage(rows: readonly MessageRow[], limit: number): HistoryPage {
  const messages: StoredMessage[] = [];
  let size = 0;
  for (const { id, sender: from, text, ts, via } of rows.slice(0, limit)) {
    const message = { id, from, text, ts, via };
    size += utf8(JSON.stringify(message)).length;
    if (size > LIMITS.historyPageBytes && messages.length > 0) break;
    messages.push(message);
  }
  return { messages, more: messages.length < rows.length };
}
