/**
 * The audit log as a chain: each row's hash is SHA-256 over the content of the row and the hash of the row before it.
 * Anyone who changes, removes or reorders rows must recompute every later hash, and anyone who noted one of these hashes
 * will notice. The chain has no secret: it reveals tampering to those who keep a hash elsewhere, and accidents to
 * everyone.
 */
import { createHash } from 'node:crypto';
import type { AuditEntry, AuditEvent } from '#chat/records';
import type { WireName } from '#protocol/messages';

/** An entry with its number, from 1 without a gap, and its place in the chain (64 hexadecimal digits). */
export interface AuditRecord extends AuditEntry {
  readonly id: number;
  readonly hash: string;
}

export interface AuditRow {
  readonly id: number;
  readonly ts: number;
  readonly event: AuditEvent;
  readonly actor: string;
  readonly subject: string | null;
  readonly address: string | null;
  readonly via: WireName | null;
  readonly room: string | null;
  readonly detail: string | null;
  readonly hash: string;
}

/** The number and the hash of the row that the next row follows. */
export interface ChainEnd {
  readonly id: number;
  readonly hash: string;
}

/** The rows of these entries, each chained to the one before it. */
export function chained(entries: readonly AuditEntry[], after: ChainEnd): AuditRow[] {
  let end = after;
  return entries.map((entry) => {
    const row = {
      id: end.id + 1,
      ts: entry.ts,
      event: entry.event,
      actor: wellFormed(entry.actor),
      subject: wellFormed(entry.subject),
      address: wellFormed(entry.address),
      via: entry.via ?? null,
      room: wellFormed(entry.room),
      detail: wellFormed(entry.detail),
    };
    end = { id: row.id, hash: hashOf(row, end.hash) };
    return { ...row, hash: end.hash };
  });
}

/** A lone surrogate would come back from the database as another character, and break the chain. */
function wellFormed(text: string): string;
function wellFormed(text: string | undefined): string | null;
function wellFormed(text: string | undefined): string | null {
  return text === undefined ? null : text.toWellFormed();
}

/** The number of the first row that does not follow from the one before it; `undefined` when all do. */
export function firstBreak(rows: readonly AuditRow[], after: ChainEnd): number | undefined {
  let end = after;
  for (const { hash, ...row } of rows) {
    if (row.id !== end.id + 1) return end.id + 1;
    if (hash !== hashOf(row, end.hash)) return row.id;
    end = { id: row.id, hash };
  }
  return undefined;
}

/** Hash over the JSON `[hash of the row before, id, ts, event, actor, subject, address, via, room, detail]`. */
function hashOf(row: Omit<AuditRow, 'hash'>, before: string): string {
  const { id, ts, event, actor, subject, address, via, room, detail } = row;
  const content = JSON.stringify([before, id, ts, event, actor, subject, address, via, room, detail]);
  return createHash('sha256').update(content).digest('hex');
}

/** The row as a record, without the fields that do not apply. */
export function recordOf({ id, ts, event, actor, hash, ...maybe }: AuditRow): AuditRecord {
  const { subject, address, via, room, detail } = maybe;
  return {
    id,
    ts,
    event,
    actor,
    ...(subject !== null && { subject }),
    ...(address !== null && { address }),
    ...(via !== null && { via }),
    ...(room !== null && { room }),
    ...(detail !== null && { detail }),
    hash,
  };
}
