/**
 * What the server keeps, in SQLite: opens the database and puts the topics together. Every call takes its turn on one
 * connection (`database.ts`). `storeFailure` says what a rejection means.
 */
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import { accountAnswers } from './accounts.ts';
import { AuditLog, type AuditPage, type AuditQuery, readAudit, verifyAudit } from './audit.ts';
import { backUp } from './backup.ts';
import { openDatabase } from './database.ts';
import { Eraser } from './erase.ts';
import { loginAnswers, sweepLogins } from './logins.ts';
import { insertMessages, lastId, messageAnswers, readHistory } from './messages.ts';
import {
  type AccountsPage,
  type AccountsQuery,
  type Counts,
  readAccounts,
  readCounts,
  removeAccount,
} from './operator.ts';
import { readMarkerAnswers } from './read-markers.ts';
import { roomAnswers, storedRooms } from './rooms.ts';
import { sanctionAnswers, storedSanctions } from './sanctions.ts';
import { SearchIndexer } from './search-index.ts';
import { searchAnswers } from './search.ts';
import type { HistoryQuery, Loaded, NewMessage } from '#chat/effects';
import type { Answerers, Questions } from '#chat/questions';
import type { AuditEntry } from '#chat/records';
import type { Seed } from '#chat/state';
import { LIMITS } from '#wire/limits';

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
  /** What the chat has to know before the first client comes. Sweeps away what has run out. */
  seed(): Promise<Seed>;
  readonly answers: Pick<Answerers, StoreQuestion>;
  /** One line into the audit log, after all lines before it. */
  audit(entry: AuditEntry): Promise<void>;
  /**
   * Stores all or nothing. Once it resolves the messages survive a killed process and a power cut. What its author has
   * stored under the same reference before is not stored again: the numbers of those come back.
   */
  commit(batch: readonly NewMessage[]): Promise<ReadonlySet<number>>;
  history(query: HistoryQuery): Promise<Loaded>;

  // For the operator
  auditPage(query: AuditQuery): Promise<AuditPage>;
  /** The number of the first entry that does not follow from the one before it; `undefined` when all do. */
  verifyAudit(): Promise<number | undefined>;
  accounts(query: AccountsQuery): Promise<AccountsPage>;
  /** False when there is no such account. What it said stays. */
  removeAccount(id: number): Promise<boolean>;
  counts(): Promise<Counts>;
  /** Copies the database to a new file while it is in use; rejects when there is a file of this name already. */
  backup(file: string): Promise<void>;
  /** After what was asked for before. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Reads only: nothing is made or migrated, and every change is refused. */
  readonly readOnly?: boolean;
  /** Milliseconds since 1970: what the expiry of sessions and sanctions is held against. */
  readonly clock?: () => number;
  /** Entries of the audit log kept in the database; older ones move to files beside it. */
  readonly auditRows?: number;
}

/** Opens the database, making and migrating it as needed. Rejects, with its name, when that cannot be done. */
export async function openStore(file: string, options: StoreOptions = {}): Promise<Store> {
  const { readOnly = false, clock = Date.now, auditRows = LIMITS.auditRows } = options;
  const db = await openDatabase(file, { readOnly });
  return new SqliteStore(db, file, clock, new AuditLog(db, dirname(file), auditRows));
}

class SqliteStore implements Store {
  readonly answers: Pick<Answerers, StoreQuestion>;
  readonly #db: Knex;
  readonly #file: string;
  readonly #clock: () => number;
  readonly #audit: AuditLog;
  readonly #indexer: SearchIndexer;
  readonly #eraser: Eraser;

  constructor(db: Knex, file: string, clock: () => number, audit: AuditLog) {
    this.#db = db;
    this.#file = file;
    this.#clock = clock;
    this.#audit = audit;
    this.#indexer = new SearchIndexer(db);
    this.#eraser = new Eraser(db);
    this.answers = {
      ...accountAnswers(db),
      ...loginAnswers(db, clock),
      ...roomAnswers(db, this.#eraser),
      ...sanctionAnswers(db),
      ...messageAnswers(db),
      ...searchAnswers(db, this.#indexer),
      ...readMarkerAnswers(db),
    };
  }

  async seed(): Promise<Seed> {
    const now = this.#clock();
    await sweepLogins(this.#db, now);
    // What was said before there was an index, or just before a crash, is in it soon.
    this.#indexer.wake();
    // So is what was left of removed rooms gone.
    this.#eraser.wake();
    return {
      lastId: await lastId(this.#db),
      accounts: await this.#db('accounts').limit(LIMITS.accounts).select('id', 'name', 'key'),
      rooms: await storedRooms(this.#db),
      sanctions: await storedSanctions(this.#db, now),
    };
  }

  audit(entry: AuditEntry): Promise<void> {
    return this.#audit.add(entry);
  }

  async commit(batch: readonly NewMessage[]): Promise<ReadonlySet<number>> {
    const repeated = await insertMessages(this.#db, batch);
    this.#indexer.wake();
    return repeated;
  }

  history(query: HistoryQuery): Promise<Loaded> {
    return readHistory(this.#db, query);
  }

  auditPage(query: AuditQuery): Promise<AuditPage> {
    return readAudit(this.#db, query);
  }

  verifyAudit(): Promise<number | undefined> {
    return verifyAudit(this.#db);
  }

  accounts(query: AccountsQuery): Promise<AccountsPage> {
    return readAccounts(this.#db, query, this.#clock());
  }

  removeAccount(id: number): Promise<boolean> {
    return removeAccount(this.#db, id);
  }

  counts(): Promise<Counts> {
    return readCounts(this.#db, this.#clock());
  }

  backup(file: string): Promise<void> {
    return backUp(this.#file, file);
  }

  async close(): Promise<void> {
    await this.#audit.idle();
    await this.#indexer.close();
    await this.#eraser.close();
    await this.#db.destroy();
  }
}
