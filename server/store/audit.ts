/** The audit log: entries are added at its end, in the order of events, and are never changed. */
import type { Knex } from 'knex';
import { archiveOldest } from './audit-archive.ts';
import {
  type AuditRecord,
  type AuditRow,
  type ChainEnd,
  chained,
  firstBreak,
  recordOf,
} from './audit-chain.ts';
import { transaction } from './database.ts';
import { StoreBusyError } from './errors.ts';
import type { AuditEntry, AuditEvent } from '#chat/records';
import { LIMITS } from '#protocol/limits';

export interface AuditQuery {
  /** Only entries with a higher number, the oldest ones first. */
  readonly after?: number;
  /** Only entries with a lower number. */
  readonly before?: number;
  readonly event?: AuditEvent;
  readonly subject?: string;
  readonly limit: number;
}

export interface AuditPage {
  /** Oldest first; the newest of all unless `after` is given. */
  readonly entries: readonly AuditRecord[];
  readonly more: boolean;
}

interface AuditState {
  /** The last row that was moved to a file, and its hash. */
  readonly anchor: number;
  readonly anchor_hash: string;
  readonly head: number;
  readonly head_hash: string;
}

/** Rows read at a time. */
const PAGE = 1_000;
/** Entries in one commit: messages wait for it for about 20 ms. */
const BATCH = 256;
/** Each file takes this fraction of the rows: 10,000 of a million, which makes others wait for about 20 ms. */
export const ARCHIVE_SHARE = 100;

interface Waiting {
  readonly entry: AuditEntry;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export class AuditLog {
  readonly #db: Knex;
  readonly #folder: string;
  readonly #rows: number;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  /** The oldest rows move to files in `folder` once there are more than `rows`. */
  constructor(db: Knex, folder: string, rows: number = LIMITS.auditRows) {
    this.#db = db;
    this.#folder = folder;
    this.#rows = rows;
  }

  /** Resolves when the entry is on the disk, after all earlier ones. Entries that come together share a commit. */
  add(entry: AuditEntry): Promise<void> {
    if (this.#waiting.length >= LIMITS.auditQueue) {
      return Promise.reject(new StoreBusyError('too many entries are waiting for the audit log'));
    }
    const written = new Promise<void>((done, failed) => this.#waiting.push({ entry, done, failed }));
    this.#running ??= this.#run();
    return written;
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      await this.#append(batch.map(({ entry }) => entry)).then(
        () => batch.forEach(({ done }) => done()),
        (error: unknown) => batch.forEach(({ failed }) => failed(error)),
      );
    }
    this.#running = undefined;
  }

  async #append(entries: readonly AuditEntry[]): Promise<void> {
    const last = await transaction(this.#db, async (trx) => {
      // Read again each time: a command of the operator may write to the log from another process.
      const { head: id, head_hash: hash } = await stateOf(trx);
      const rows = chained(entries, { id, hash });
      // One by one, because SQLite caps the parameters of a statement, and there are few entries.
      for (const row of rows) await trx('audit').insert(row);
      return id + rows.length;
    });
    // The entries are stored, so a full disk must not make them look lost. The next entry tries again.
    await this.#archive(last).catch(() => undefined);
  }

  async #archive(head: number): Promise<void> {
    const { anchor: id, anchor_hash: hash } = await stateOf(this.#db);
    if (head - id <= this.#rows) return;
    await archiveOldest(this.#db, this.#folder, { id, hash }, Math.ceil(this.#rows / ARCHIVE_SHARE));
  }
}

async function stateOf(db: Knex): Promise<AuditState> {
  const rows = await db<AuditState>('audit_state').select();
  const state = rows[0];
  if (!state) throw new Error('the audit log has lost its state');
  return state;
}

/** The last entry that was moved to a file: the chain in the database follows it. */
export async function auditAnchor(db: Knex): Promise<ChainEnd> {
  const { anchor: id, anchor_hash: hash } = await stateOf(db);
  return { id, hash };
}

export async function readAudit(
  db: Knex,
  { after, before, event, subject, limit }: AuditQuery,
): Promise<AuditPage> {
  const query = db<AuditRow>('audit');
  if (after !== undefined) void query.where('id', '>', after);
  if (before !== undefined) void query.where('id', '<', before);
  if (event !== undefined) void query.where({ event });
  if (subject !== undefined) void query.where({ subject });
  const ascending = after !== undefined;
  const rows: AuditRow[] = await query
    .orderBy('id', ascending ? 'asc' : 'desc')
    .limit(limit + 1)
    .select();
  const entries = rows.slice(0, limit).map(recordOf);
  return { entries: ascending ? entries : entries.reverse(), more: rows.length > limit };
}

/**
 * The number of the first entry that was changed, is missing, or comes after the end; `undefined` when the chain is
 * whole from the last entry moved to a file up to the newest. The log may grow in the meantime. `seen` is called with
 * each entry in turn.
 */
export async function verifyAudit(
  db: Knex,
  seen: (row: ChainEnd) => void = () => undefined,
): Promise<number | undefined> {
  const { anchor, anchor_hash: hash, head, head_hash: headHash } = await stateOf(db);
  let end: ChainEnd = { id: anchor, hash };
  while (end.id < head) {
    const rows = await db<AuditRow>('audit')
      .where('id', '>', end.id)
      .where('id', '<=', head)
      .orderBy('id')
      .limit(PAGE)
      .select();
    const broken = firstBreak(rows, end);
    if (broken !== undefined) return broken;
    rows.forEach(seen);
    const last = rows.at(-1);
    if (!last) return end.id + 1;
    end = { id: last.id, hash: last.hash };
  }
  if (end.hash !== headHash) return end.id;
  return strayRow(db, anchor);
}

/** A row from before the anchor or after the end: something other than the store has put it there. */
async function strayRow(db: Knex, anchor: number): Promise<number | undefined> {
  const rows: { id: number }[] = await db('audit')
    .where('id', '<=', anchor)
    .orWhere('id', '>', db('audit_state').select('head'))
    .orderBy('id')
    .limit(1)
    .select('id');
  return rows[0]?.id;
}
