/**
 * Everything that the server keeps, in SQLite: opens the database and combines the topics. Every call waits for its turn
 * on one connection (`database.ts`). `storeFailure` says what a rejection means.
 */
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import { accountAnswers } from './accounts.ts';
import { AuditLog, type AuditPage, type AuditQuery, readAudit, verifyAudit } from './audit.ts';
import { type AuditVerdict, judgeAudit } from './audit-verify.ts';
import { backUp } from './backup.ts';
import { classStore } from './classroom.ts';
import { Commits } from './commits.ts';
import { openDatabase } from './database.ts';
import { Eraser } from './erase.ts';
import { Guard } from './guard.ts';
import { KeptPages } from './kept-pages.ts';
import { loginAnswers, sweepLogins } from './logins.ts';
import { lastId, messageAnswers, readHistory } from './messages.ts';
import {
  type AccountsPage,
  type AccountsQuery,
  type Counts,
  type Future,
  readAccounts,
  readCounts,
  readFuture,
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
import type { ClassStore } from '#classroom/records';
import { LIMITS } from '#protocol/limits';

export type { Future };

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

/** Questions that change nothing. */
const READS = [
  'accountByKey',
  'accountById',
  'countAdmins',
  'knowsDevice',
  'sessionByToken',
  'sessionsOf',
  'messageById',
  'messageByRef',
  'search',
  'unreadOf',
] as const satisfies readonly StoreQuestion[];

export interface Store {
  /** What the chat must know before the first client comes. Deletes what has expired. */
  seed(): Promise<Seed>;
  readonly answers: Pick<Answerers, StoreQuestion>;
  readonly classroom: ClassStore;
  /** Adds an entry to the audit log, after all earlier ones. */
  audit(entry: AuditEntry): Promise<void>;
  /**
   * Stores all or nothing. Once it resolves, the messages survive a killed process and a power cut. A message that its
   * author has stored before under the same reference is not stored again: the numbers of those are returned.
   */
  commit(batch: readonly NewMessage[]): Promise<ReadonlySet<number>>;
  history(query: HistoryQuery): Promise<Loaded>;
  /** The same page at once, if it was read lately and nothing has changed it. */
  keptHistory(query: HistoryQuery): Loaded | undefined;

  // For the operator
  auditPage(query: AuditQuery): Promise<AuditPage>;
  /** The number of the first entry that does not follow from the one before it; `undefined` when all do. */
  verifyAudit(): Promise<number | undefined>;
  /** Verifies the whole log, including the files of moved entries, against hashes that somebody noted. */
  judgeAudit(noted: readonly string[]): Promise<AuditVerdict>;
  accounts(query: AccountsQuery): Promise<AccountsPage>;
  /** False when there is no such account. Its messages stay. */
  removeAccount(id: number): Promise<boolean>;
  counts(): Promise<Counts>;
  /** The rows with a time later than `than`; `undefined` when there are none. */
  future(than: number): Promise<Future | undefined>;
  /** Copies the database to a new file while it is in use; rejects when a file with this name exists. */
  backup(file: string): Promise<void>;
  /** Why changes are refused, in words: files of the database were deleted, moved or replaced. */
  displaced(): string | undefined;
  /** Closes the database after all earlier requests. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Only reads: nothing is created or migrated, and every change is refused. */
  readonly readOnly?: boolean;
  /** Returns milliseconds since 1970, with which the expiry of sessions and sanctions is compared. */
  readonly clock?: () => number;
  /** Number of entries of the audit log kept in the database; older ones move to files next to it. */
  readonly auditRows?: number;
  /** Files, besides those of the database, without which nothing is stored: the lock of the data folder. */
  readonly otherFiles?: readonly string[];
  /** Called with sentences when files of the database are no longer in their place, and when they are again. */
  readonly onDisplaced?: (text: string) => void;
  /** Returns the command that restores a copy of the database, for those sentences. */
  readonly restoring?: (copy: string) => string;
  /** Called with sentences about oddities that do not keep the store from working. */
  readonly onOddity?: (text: string) => void;
}

/** Opens the database, creating and migrating it as needed. Rejects, with its name, if that fails. */
export async function openStore(file: string, options: StoreOptions = {}): Promise<Store> {
  const { readOnly = false, clock = Date.now, auditRows = LIMITS.auditRows } = options;
  const { otherFiles = [], onDisplaced: tell, restoring } = options;
  const db = await openDatabase(file, { readOnly });
  const guard = readOnly ? undefined : new Guard(db, { database: file, otherFiles, tell, restoring });
  const audit = new AuditLog(db, dirname(file), auditRows);
  return new SqliteStore({ db, file, clock, guard, audit, onOddity: options.onOddity });
}

interface Parts {
  readonly db: Knex;
  readonly file: string;
  readonly clock: () => number;
  /** Absent if every change is refused anyway. */
  readonly guard: Guard | undefined;
  readonly audit: AuditLog;
  readonly onOddity: StoreOptions['onOddity'] | undefined;
}

class SqliteStore implements Store {
  readonly answers: Pick<Answerers, StoreQuestion>;
  readonly classroom: ClassStore;
  readonly #db: Knex;
  readonly #file: string;
  readonly #clock: () => number;
  readonly #guard: Guard | undefined;
  readonly #audit: AuditLog;
  readonly #commits: Commits;
  readonly #pages = new KeptPages();
  readonly #indexer: SearchIndexer;
  readonly #eraser: Eraser;

  constructor({ db, file, clock, guard, audit, onOddity }: Parts) {
    this.#db = db;
    this.#file = file;
    this.#clock = clock;
    this.#guard = guard;
    this.#audit = audit;
    this.#commits = new Commits(db);
    this.#indexer = new SearchIndexer(db);
    this.#eraser = new Eraser(db);
    this.classroom = classStore(db, guard, () => {
      this.#pages.changed();
      this.#eraser.wake();
    });
    const answers = {
      ...accountAnswers(db, onOddity),
      ...loginAnswers(db, clock),
      ...roomAnswers(db, this.#eraser),
      ...sanctionAnswers(db),
      ...messageAnswers(db),
      ...searchAnswers(db, this.#indexer),
      ...readMarkerAnswers(db),
    };
    this.answers = guarded(guard, forgetting(this.#pages, answers));
  }

  async seed(): Promise<Seed> {
    const now = this.#clock();
    await sweepLogins(this.#db, now);
    // Messages from before there was an index, or from just before a crash, are indexed soon.
    this.#indexer.wake();
    // The remaining messages of removed rooms are erased soon, too.
    this.#eraser.wake();
    return {
      lastId: await lastId(this.#db),
      accounts: await this.#db('accounts').limit(LIMITS.accounts).select('id', 'name', 'key'),
      rooms: await storedRooms(this.#db),
      sanctions: await storedSanctions(this.#db, now),
    };
  }

  audit(entry: AuditEntry): Promise<void> {
    return this.#change(() => this.#audit.add(entry));
  }

  async commit(batch: readonly NewMessage[]): Promise<ReadonlySet<number>> {
    const stored = this.#change(() => this.#commits.insert(batch));
    const repeated = await stored.finally(() => this.#pages.said(batch));
    this.#indexer.wake();
    return repeated;
  }

  history(query: HistoryQuery): Promise<Loaded> {
    return this.#pages.read(query, () => readHistory(this.#db, query));
  }

  keptHistory(query: HistoryQuery): Loaded | undefined {
    return this.#pages.find(query);
  }

  auditPage(query: AuditQuery): Promise<AuditPage> {
    return readAudit(this.#db, query);
  }

  verifyAudit(): Promise<number | undefined> {
    return verifyAudit(this.#db);
  }

  judgeAudit(noted: readonly string[]): Promise<AuditVerdict> {
    return judgeAudit(this.#db, dirname(this.#file), noted);
  }

  accounts(query: AccountsQuery): Promise<AccountsPage> {
    return readAccounts(this.#db, query, this.#clock());
  }

  removeAccount(id: number): Promise<boolean> {
    return this.#change(() => removeAccount(this.#db, id));
  }

  counts(): Promise<Counts> {
    return readCounts(this.#db, this.#clock());
  }

  future(than: number): Promise<Future | undefined> {
    return readFuture(this.#db, than);
  }

  backup(file: string): Promise<void> {
    return backUp(this.#file, file);
  }

  displaced(): string | undefined {
    return this.#guard?.look();
  }

  async close(): Promise<void> {
    await this.#guard?.close();
    await this.#audit.idle();
    await this.#indexer.close();
    await this.#eraser.close();
    await this.#commits.close();
    await this.#db.destroy();
  }

  #change<T>(run: () => Promise<T>): Promise<T> {
    return this.#guard ? this.#guard.change(run) : run();
  }
}

type StoreAnswers = Pick<Answerers, StoreQuestion>;

/** The same answers, but after those that change messages, kept pages are read again. */
function forgetting(pages: KeptPages, answers: StoreAnswers): StoreAnswers {
  const also =
    <I, O>(answer: (input: I) => Promise<O>) =>
    (input: I): Promise<O> =>
      answer(input).finally(() => pages.changed());
  const { editMessage, deleteMessage, removeRoom } = answers;
  return {
    ...answers,
    editMessage: also(editMessage),
    deleteMessage: also(deleteMessage),
    removeRoom: also(removeRoom),
  };
}

/** The same answers, but those that change something run under the guard. */
function guarded(guard: Guard | undefined, answers: StoreAnswers): StoreAnswers {
  if (!guard) return answers;
  const rows = Object.entries(answers) as [StoreQuestion, (input: never) => Promise<unknown>][];
  const reads: readonly StoreQuestion[] = READS;
  return Object.fromEntries(
    rows.map(([question, answer]) => [
      question,
      reads.includes(question) ? answer : (input: never) => guard.change(() => answer(input)),
    ]),
  ) as unknown as StoreAnswers;
}
