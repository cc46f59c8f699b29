/**
 * The audit log does not grow without limit: above its cap, the oldest rows move to a file next to the database,
 * `audit-<first>-<last>.jsonl`, with one row of JSON per line and its hash. The chain continues from the last of them.
 * The operator decides whether to keep these files; the server never reads them again.
 */
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { type AuditRow, type ChainEnd, firstBreak, recordOf } from './audit-chain.ts';
import { transaction } from './database.ts';
import { NO_AUDIT_DELETE } from './migrations/005-audit.ts';

const PAGE = 1_000;

/**
 * Moves the oldest `count` rows, those after the anchor. The file is on the disk before a row is removed; if the
 * process dies in between, the next attempt writes the same file again.
 */
export async function archiveOldest(
  db: Knex,
  folder: string,
  anchor: ChainEnd,
  count: number,
): Promise<void> {
  const last = anchor.id + count;
  const path = join(folder, `audit-${anchor.id + 1}-${last}.jsonl`);
  const end = await writeRows(db, path, anchor, last);
  await transaction(db, async (trx) => {
    // Another process may have been faster.
    const moved: number = await trx('audit_state')
      .where({ anchor: anchor.id, anchor_hash: anchor.hash })
      .update({ anchor: end.id, anchor_hash: end.hash });
    if (moved === 0) return;
    // The rule against deletion is lifted only within this transaction, which nobody else sees half done.
    await trx.raw('drop trigger audit_no_delete');
    await trx('audit').where('id', '<=', end.id).del();
    await trx.raw(NO_AUDIT_DELETE);
  });
}

async function writeRows(db: Knex, path: string, anchor: ChainEnd, last: number): Promise<ChainEnd> {
  const partial = `${path}.partial`;
  const file = await open(partial, 'w', 0o600);
  let end = anchor;
  try {
    await file.chmod(0o600);
    while (end.id < last) {
      const rows = await readRows(db, end, Math.min(last, end.id + PAGE));
      await file.write(rows.map((row) => `${JSON.stringify(recordOf(row))}\n`).join(''));
      const { id, hash } = rows.at(-1) as AuditRow;
      end = { id, hash };
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  return end;
}

/** Rejects if the chain is broken: those rows stay where they are, because a person must look into what happened. */
async function readRows(db: Knex, after: ChainEnd, last: number): Promise<AuditRow[]> {
  const rows: AuditRow[] = await db<AuditRow>('audit')
    .where('id', '>', after.id)
    .where('id', '<=', last)
    .orderBy('id')
    .select();
  const broken = rows.length === 0 ? after.id + 1 : firstBreak(rows, after);
  if (broken !== undefined) throw new Error(`the audit log is broken at entry ${broken}`);
  return rows;
}
