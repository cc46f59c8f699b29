import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { databaseAt, storeAt, temporaryFolder } from '../../test/support/chat/stores.ts';

/** 250 entries, of which a store with a cap of 100 has moved the oldest to files. */
async function longLog() {
  const folder = await temporaryFolder();
  const file = join(folder, 'chat.sqlite');
  const store = await storeAt(file, { auditRows: 100 });
  const hashes: string[] = [''];
  for (let at = 1; at <= 250; at++) {
    await store.audit({ ts: at, event: 'login.failed', actor: `guesser ${at}` });
    const { entries } = await store.auditPage({ limit: 1 });
    hashes.push(entries.at(-1)?.hash ?? '');
  }
  const [{ anchor } = { anchor: 0 }] = await (
    await databaseAt(file)
  )<{ anchor: number }>('audit_state').select();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  return { folder, file, store, hashes, anchor, files };
}

const WHOLE = { broken: undefined, missing: [], unknown: [] };

describe('the verification of an audit log', () => {
  it('finds nothing wrong with a complete log, and hashes noted at any time', async () => {
    const { store, hashes, anchor } = await longLog();
    expect(anchor).toBeGreaterThan(100);
    const noted = [1, anchor, anchor + 1, 250].map((at) => hashes[at] as string);
    expect(await store.judgeAudit(noted)).toEqual(WHOLE);
    expect(await store.judgeAudit([])).toEqual(WHOLE);
    expect(await store.judgeAudit([(hashes[7] as string).toUpperCase()])).toEqual(WHOLE);
  });

  it('finds that the oldest rows were deleted and the anchor moved', async () => {
    const { store, file, hashes, anchor } = await longLog();
    const db = await databaseAt(file);
    await db.raw('drop trigger audit_no_delete');
    await db('audit').where('id', '<=', 200).del();
    await db('audit_state').update({ anchor: 200, anchor_hash: hashes[200] });
    // The chain itself looks complete, and its last hash is the one that was noted.
    expect(await store.verifyAudit()).toBeUndefined();
    expect(await store.judgeAudit([hashes[250] as string])).toEqual({
      ...WHOLE,
      missing: [{ first: anchor + 1, last: 200 }],
    });
    const gone = hashes[anchor + 1] as string;
    expect(await store.judgeAudit([gone])).toMatchObject({ unknown: [gone] });
  });

  it('finds files that are missing, unless a noted hash vouches for them', async () => {
    const { store, folder, files, hashes, anchor } = await longLog();
    for (const name of files) await rm(join(folder, name));
    expect(await store.judgeAudit([])).toEqual({ ...WHOLE, missing: [{ first: 1, last: anchor }] });
    expect(await store.judgeAudit([hashes[anchor] as string])).toEqual(WHOLE);
  });

  it('finds that one file in between is missing', async () => {
    const { store, folder, files } = await longLog();
    const [name = ''] = files.filter((one) => one.startsWith('audit-11-') || one.startsWith('audit-5-'));
    const [, first, last] = /-(\d+)-(\d+)/.exec(name) ?? [];
    await rm(join(folder, name));
    expect(await store.judgeAudit([])).toEqual({
      ...WHOLE,
      missing: [{ first: Number(first), last: Number(last) }],
    });
  });

  it('finds an entry that was changed in a file, and a file that is damaged', async () => {
    const { store, folder, files } = await longLog();
    const path = join(folder, files.find((name) => name.startsWith('audit-1-')) ?? '');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('guesser 1"', 'somebody"'));
    expect(await store.judgeAudit([])).toMatchObject({ broken: 1 });
    await writeFile(path, text.slice(0, -20));
    expect((await store.judgeAudit([])).broken).toBeGreaterThan(0);
    await writeFile(path, text);
    expect(await store.judgeAudit([])).toEqual(WHOLE);
  });

  it('finds that a noted hash belongs to no entry', async () => {
    const { store, hashes } = await longLog();
    const noted = 'ab'.repeat(32);
    expect(await store.judgeAudit([hashes[250] as string, noted])).toEqual({ ...WHOLE, unknown: [noted] });
  });
});
