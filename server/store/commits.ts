/** Stores batches of messages, each in one statement, which is prepared once: a busy server does nothing more often. */
import type { Knex } from 'knex';
import type { Database, Statement } from 'sqlite3';
import { withConnection } from './database.ts';
import type { NewMessage } from '#chat/effects';

/** The rows of a batch travel as one JSON parameter. `where true` tells the upsert from a join. */
const INSERT_BATCH = `
  insert into messages (id, room, sender, author, ref, text, ts, via, reply_to)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8
  from json_each(?) where true
  on conflict (author, ref) where ref is not null do nothing
  returning id`;

export class Commits {
  readonly #db: Knex;
  #prepared: { readonly connection: Database; readonly statement: Statement } | undefined;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Returns the numbers of those that were already stored, under the same author and reference. */
  async insert(batch: readonly NewMessage[]): Promise<ReadonlySet<number>> {
    const parameter = JSON.stringify(batch.map(rowOf));
    const inserted = await withConnection(this.#db, (connection) =>
      run(this.#statementOn(connection as Database), parameter),
    );
    const repeated = new Set<number>();
    if (inserted.length === batch.length) return repeated;
    for (const { id } of batch) repeated.add(id);
    for (const { id } of inserted) repeated.delete(id);
    return repeated;
  }

  /** The database cannot be closed before this has resolved. */
  async close(): Promise<void> {
    const { statement } = this.#prepared ?? {};
    this.#prepared = undefined;
    if (statement) await new Promise<void>((resolve) => statement.finalize(() => resolve()));
  }

  #statementOn(connection: Database): Statement {
    if (this.#prepared?.connection === connection) return this.#prepared.statement;
    // A mistake in the statement is reported when it is run; the handler keeps it from ending the process.
    const statement = connection.prepare(INSERT_BATCH, () => undefined);
    this.#prepared = { connection, statement };
    return statement;
  }
}

function rowOf({ id, room, from, author, ref, text, ts, via, replyTo }: NewMessage): unknown[] {
  return [id, room, from, author, ref ?? null, text, ts, via, replyTo ?? null];
}

function run(statement: Statement, parameter: string): Promise<{ readonly id: number }[]> {
  return new Promise((resolve, reject) => {
    statement.all<{ readonly id: number }>([parameter], (error, rows) => {
      if (!error) return resolve(rows);
      // What is left of the failed statement would hold the lock.
      statement.reset(() => reject(error));
    });
  });
}
