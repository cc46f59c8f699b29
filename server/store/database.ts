/**
 * The connection to SQLite. There is only one, used strictly in the order of the calls: a read sees every commit that
 * was requested before it and none that was requested later. The chat relies on this to join history and live messages
 * without a gap.
 */
import { chmod } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import knex, { type Knex } from 'knex';
import { migrations } from './migrations/migrations.ts';

/** After a checkpoint, a write-ahead log larger than this is truncated to it. */
const LOG_BYTES = 64 * 1024 * 1024;

const SETTINGS = [
  // A commit is on the disk when it is acknowledged: it survives a killed process and a power cut. Commits
  // are grouped by the caller, so all messages that wait for a sync share its cost.
  'journal_mode = wal',
  'synchronous = full',
  `journal_size_limit = ${LOG_BYTES}`,
  'foreign_keys = on',
  // Deleted content is overwritten with zeros in the file.
  'secure_delete = on',
] as const;

export interface DatabaseOptions {
  /** Reads an existing database, and refuses to write. */
  readonly readOnly?: boolean;
}

/** Opens the database, creating and migrating it as needed. Rejects, with the file's name, if that fails. */
export async function openDatabase(file: string, { readOnly = false }: DatabaseOptions = {}): Promise<Knex> {
  const db = connect(file, readOnly);
  try {
    await db.raw('pragma busy_timeout = 5000');
    if (!readOnly) await prepare(db, file);
    return db;
  } catch (error) {
    await db.destroy();
    throw new Error(`the database ${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}

function connect(file: string, readOnly: boolean): Knex {
  // knex opens for writing whatever the flags say; a file URI can ask for less.
  const filename = readOnly ? `${pathToFileURL(resolve(file)).href}?mode=ro` : file;
  return knex({
    client: 'sqlite3',
    connection: { filename, ...(readOnly && { flags: ['OPEN_URI'] }) },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
    // Errors end up in the log: they must not contain texts, hashes or secrets.
    compileSqlOnError: false,
    // Every failure rejects, so knex need not print it as well.
    log: { warn: silent, error: silent, debug: silent, deprecate: silent },
  });
}

function silent(): void {
  // On purpose.
}

async function prepare(db: Knex, file: string): Promise<void> {
  // Only this user may read the database. Set first, because SQLite gives its side files the mode of the database.
  await db.raw('select 1');
  await chmod(file, 0o600);
  for (const setting of SETTINGS) await db.raw(`pragma ${setting}`);
  await db.migrate.latest({ migrationSource: migrations });
}

/** What knex has but does not declare. */
interface ConnectionPool {
  acquireConnection(): Promise<object>;
  releaseConnection(connection: object): Promise<void>;
}

/** Runs something that needs the connection itself, in its turn. */
export async function withConnection<T>(db: Knex, run: (connection: object) => Promise<T>): Promise<T> {
  const pool = db.client as ConnectionPool;
  const connection = await pool.acquireConnection();
  try {
    return await run(connection);
  } finally {
    await pool.releaseConnection(connection);
  }
}

/** Runs a transaction. Nothing else runs in between; the write lock is held from the beginning. */
export async function transaction<T>(db: Knex, run: (trx: Knex) => Promise<T>): Promise<T> {
  return withConnection(db, async (connection) => {
    let cause: unknown;
    try {
      return await db.transaction(
        async (trx) => {
          // In place of BEGIN IMMEDIATE, which knex cannot issue: another process cannot write between our read and
          // our write, which SQLite would answer with an error.
          await trx('messages').where(trx.raw('false')).del();
          try {
            return await run(trx);
          } catch (error) {
            cause = error;
            throw error;
          }
        },
        { connection },
      );
    } catch (error) {
      // A COMMIT that fails, as on a full disk, may leave the transaction open, and knex does not close it.
      await db
        .raw('rollback')
        .connection(connection)
        .catch(() => undefined);
      // Where SQLite has rolled back by itself, as on a full disk, knex fails to do so and reports only that.
      throw cause ?? error;
    }
  });
}
