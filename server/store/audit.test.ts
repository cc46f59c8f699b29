import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import { NOW, databaseAt, storeAt, temporaryFolder, temporaryStore } from '../../test/support/chat/stores.ts';
import type { AuditEntry } from '#chat/records';
import { verifyAudit } from './audit.ts';

const entry = (at: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
  ts: NOW + at,
  event: 'login.failed',
  actor: `name${at}`,
  ...change,
});

async function filled(count: number) {
  const file = join(await temporaryFolder(), 'chat.sqlite');
  const store = await storeAt(file);
  await Promise.all(Array.from({ length: count }, (_, at) => store.audit(entry(at + 1))));
  return { store, file, db: await databaseAt(file) };
}

describe('the audit log', () => {
  it('keeps entries in the order of events, with the fields that apply to them', async () => {
    const store = await temporaryStore();
    const entries: AuditEntry[] = [
      entry(1, { event: 'server.started', actor: 'server' }),
      entry(2, { subject: 'Ben', address: '192.0.2.7', via: 'plain', room: 'lobby', detail: 'why' }),
      entry(3, { detail: 'lone \ud800 surrogate' }),
    ];
    await Promise.all(entries.map((one) => store.audit(one)));
    const page = await store.auditPage({ limit: 9 });
    expect(page.more).toBe(false);
    expect(page.entries.map(({ hash: _, ...rest }) => rest)).toEqual([
      { id: 1, ...entries[0] },
      { id: 2, ...entries[1] },
      { id: 3, ...entries[2], detail: 'lone \ufffd surrogate' },
    ]);
    expect(await store.verifyAudit()).toBeUndefined();
  });

  it('is read in pages, by event and by subject', async () => {
    const { store } = await filled(5);
    await store.audit(entry(6, { event: 'account.role', subject: 'Ben' }));
    const ids = async (query: Parameters<typeof store.auditPage>[0]) => {
      const { entries, more } = await store.auditPage(query);
      return { ids: entries.map(({ id }) => id), more };
    };
    expect(await ids({ limit: 2 })).toEqual({ ids: [5, 6], more: true });
    expect(await ids({ limit: 2, before: 3 })).toEqual({ ids: [1, 2], more: false });
    expect(await ids({ limit: 2, after: 3 })).toEqual({ ids: [4, 5], more: true });
    expect(await ids({ limit: 9, event: 'account.role' })).toEqual({ ids: [6], more: false });
    expect(await ids({ limit: 9, subject: 'Ben' })).toEqual({ ids: [6], more: false });
    expect(await ids({ limit: 9, subject: 'Ben', event: 'login.failed' })).toEqual({ ids: [], more: false });
  });

  it('has hashes that anyone can compute', async () => {
    const store = await temporaryStore();
    await store.audit({ ts: 5, event: 'key.rotated', actor: 'operator', subject: 'k2' });
    const zeros = '0'.repeat(64);
    const text = `["${zeros}",1,5,"key.rotated","operator","k2",null,null,null,null]`;
    const [first] = (await store.auditPage({ limit: 1 })).entries;
    expect(first?.hash).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('continues after entries that another process has added', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const [one, other] = [await storeAt(file), await storeAt(file)];
    const both = [1, 2, 3, 4, 5, 6].map((at) => (at % 2 ? one : other).audit(entry(at)));
    await Promise.all(both);
    expect((await one.auditPage({ limit: 9 })).entries.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await other.verifyAudit()).toBeUndefined();
  });
});

describe('nobody changes the audit log', () => {
  it.each([
    ['an update', (db: Knex) => db('audit').where({ id: 2 }).update({ actor: 'nobody' })],
    ['a deletion', (db: Knex) => db('audit').where({ id: 2 }).del()],
    ['a deletion of everything', (db: Knex) => db('audit').del()],
    [
      'a replacement',
      (db: Knex) =>
        db.raw(`insert or replace into audit select id, ts, event, 'x', '', '', '', '', '', hash from audit`),
    ],
    ['an entry in between', (db: Knex) => db('audit').insert({ ...ROW, id: 9 })],
  ])('by %s', async (_, change) => {
    const { store, db } = await filled(3);
    await expect(change(db)).rejects.toThrow('the audit log');
    expect(await store.verifyAudit()).toBeUndefined();
  });

  it('unnoticed, even where the rules are lifted', async () => {
    const { db } = await filled(6);
    const texts = ['event', 'actor', 'subject', 'address', 'via', 'room', 'detail', 'hash'] as const;
    const changes = fc.oneof(
      fc.record({ id: fc.integer({ min: 1, max: 6 }), column: fc.constantFrom(...texts), to: fc.string() }),
      fc.record({ id: fc.integer({ min: 1, max: 6 }), column: fc.constant('ts'), to: fc.integer() }),
      fc.record({ id: fc.integer({ min: 1, max: 6 }), remove: fc.constant(true) }),
    );
    for (const rule of ['audit_no_update', 'audit_no_delete']) await db.raw(`drop trigger ${rule}`);
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const undo = new Error('undo');
        const attempt = db.transaction(async (trx) => {
          const row = trx('audit').where({ id: change.id });
          if ('remove' in change) await row.del();
          else await row.update({ [change.column]: change.to });
          expect(await verifyAudit(trx)).toBe(change.id);
          throw undo;
        });
        await expect(attempt).rejects.toBe(undo);
      }),
      { numRuns: 100 },
    );
    expect(await verifyAudit(db)).toBeUndefined();
  });

  it('unnoticed by cutting it off or swapping two entries', async () => {
    const { db } = await filled(4);
    for (const rule of ['audit_no_update', 'audit_no_delete']) await db.raw(`drop trigger ${rule}`);
    await db.raw('update audit set id = case id when 2 then -3 else -2 end where id in (2, 3)');
    await db.raw('update audit set id = -id where id < 0');
    expect(await verifyAudit(db)).toBe(2);
    const { db: cut } = await filled(4);
    await cut.raw('drop trigger audit_no_delete');
    await cut('audit').where('id', '>', 2).del();
    expect(await verifyAudit(cut)).toBe(3);
  });
});

const ROW = { id: 1, ts: 1, event: 'login.failed', actor: 'x', hash: 'x' };

describe('above its cap', () => {
  it('the oldest entries move to files that only the owner can read, and the chain goes on', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const store = await storeAt(file, { auditRows: 200 });
    for (let at = 1; at <= 205; at++) await store.audit(entry(at));
    const files = (await readdir(dirname(file))).filter((name) => name.startsWith('audit-')).toSorted();
    expect(files).toEqual(['audit-1-2.jsonl', 'audit-3-4.jsonl', 'audit-5-6.jsonl']);
    const second = join(dirname(file), 'audit-3-4.jsonl');
    expect((await stat(second)).mode & 0o777).toBe(0o600);
    const lines = (await readFile(second, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AuditEntry).actor)).toEqual(['name3', 'name4']);
    const { entries } = await store.auditPage({ after: 0, limit: 1 });
    expect(entries[0]).toMatchObject({ id: 7, actor: 'name7' });
    expect(await store.verifyAudit()).toBeUndefined();
    expect(await store.counts()).toMatchObject({ auditEntries: 199 });
    await expect((await databaseAt(file))('audit').del()).rejects.toThrow('append-only');
  });

  it('nothing moves while the file cannot be written', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const store = await storeAt(file, { auditRows: 100 });
    await mkdir(join(dirname(file), 'audit-1-1.jsonl.partial'));
    for (let at = 1; at <= 103; at++) await store.audit(entry(at));
    expect((await store.auditPage({ after: 0, limit: 1 })).entries[0]).toMatchObject({ id: 1 });
    expect(await store.verifyAudit()).toBeUndefined();
  });
});
