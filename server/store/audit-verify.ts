/**
 * Verifies the whole audit log: the files that its oldest entries were moved to, the entries in the database, and hashes
 * that somebody noted elsewhere. The chain has no secret, so a log that was cut at its beginning looks complete by
 * itself: entries missing there are a finding, unless a noted hash vouches for them.
 */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Knex } from 'knex';
import { type AuditRecord, type AuditRow, type ChainEnd, firstBreak } from './audit-chain.ts';
import { auditAnchor, verifyAudit } from './audit.ts';

export interface AuditVerdict {
  /** The number of the first entry that does not follow from the one before it. */
  readonly broken: number | undefined;
  /** Entries that are neither in the database nor in a file next to it, except those that a noted hash vouches for. */
  readonly missing: readonly { readonly first: number; readonly last: number }[];
  /** Noted hashes that no entry has: the log has been rewritten, or is another one. */
  readonly unknown: readonly string[];
}

interface Range {
  readonly first: number;
  readonly last: number;
}

export const BEGINNING: ChainEnd = { id: 0, hash: '0'.repeat(64) };

/** `noted`: hashes of entries, 64 hexadecimal digits each. `folder` holds the files of moved entries. */
export async function judgeAudit(db: Knex, folder: string, noted: readonly string[]): Promise<AuditVerdict> {
  const unknown = new Set(noted.map((hash) => hash.toLowerCase()));
  const vouched = new Set<string>();
  const see = ({ hash }: ChainEnd): void => {
    if (unknown.delete(hash)) vouched.add(hash);
  };
  const anchor = await auditAnchor(db);
  const files = await readFiles(folder, anchor, see);
  see(anchor);
  const broken = files.broken ?? (await verifyAudit(db, see));
  // The noted hash of the last moved entry vouches for all entries before it.
  const missing = vouched.has(anchor.hash) ? [] : files.missing;
  return { broken, missing, unknown: [...unknown] };
}

/** Reads the files, from the beginning of the log to the last entry that was moved. */
async function readFiles(
  folder: string,
  anchor: ChainEnd,
  see: (row: ChainEnd) => void,
): Promise<Pick<AuditVerdict, 'broken' | 'missing'>> {
  const missing: Range[] = [];
  let end = BEGINNING;
  for (const { name, first, last } of await filesIn(folder)) {
    if (last <= end.id || last > anchor.id) continue;
    if (first > end.id + 1) missing.push({ first: end.id + 1, last: first - 1 });
    const read = await readFile(join(folder, name), first > end.id + 1 ? undefined : end, see);
    if (read.broken !== undefined) return { broken: read.broken, missing };
    end = read.end ?? end;
  }
  if (end.id < anchor.id)
    return { broken: undefined, missing: [...missing, { first: end.id + 1, last: anchor.id }] };
  return { broken: end.hash === anchor.hash ? undefined : anchor.id, missing };
}

/** The files, in the order of their entries. */
async function filesIn(folder: string): Promise<(Range & { readonly name: string })[]> {
  const names = await readdir(folder);
  const files = names.flatMap((name) => {
    const [, first, last] = /^audit-(\d+)-(\d+)\.jsonl$/.exec(name) ?? [];
    return first === undefined ? [] : [{ name, first: Number(first), last: Number(last) }];
  });
  return files.sort((a, b) => a.first - b.first);
}

/** Without `after`, the first entry is not checked, because the entry that it followed is missing. */
async function readFile(
  path: string,
  after: ChainEnd | undefined,
  see: (row: ChainEnd) => void,
): Promise<{ readonly end?: ChainEnd; readonly broken?: number }> {
  let end = after;
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    const row = rowOf(line);
    if (!row) return { broken: (end?.id ?? 0) + 1 };
    const broken = end && firstBreak([row], end);
    if (broken !== undefined) return { broken };
    end = { id: row.id, hash: row.hash };
    see(end);
  }
  return end ? { end } : {};
}

function rowOf(line: string): AuditRow | undefined {
  try {
    const record = JSON.parse(line) as AuditRecord;
    const { subject = null, address = null, via = null, room = null, detail = null } = record;
    const { id, ts, event, actor, hash } = record;
    const whole = typeof id === 'number' && typeof hash === 'string';
    return whole ? { id, ts, event, actor, subject, address, via, room, detail, hash } : undefined;
  } catch {
    return undefined;
  }
}
