/** `wireglass audit --verify`, with hashes that somebody noted. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ran, runCommand } from '../../../test/support/programs/command.ts';
import { databaseAt, storeAt, temporaryFolder } from '../../../test/support/chat/stores.ts';
import { register } from './audit.ts';

async function folderWithLog(...actors: readonly string[]): Promise<string> {
  const data = join(await temporaryFolder(), 'data');
  await mkdir(data);
  await extend(data, ...actors);
  return data;
}

async function extend(data: string, ...actors: readonly string[]): Promise<void> {
  const store = await storeAt(join(data, 'chat.sqlite'));
  for (const actor of actors) await store.audit({ ts: 1, event: 'login.failed', actor });
  await store.close();
}

const verify = (data: string, ...more: readonly string[]): Promise<Ran> =>
  runCommand(register, 'audit', '--verify', '--data', data, ...more);

/** The last hash, as a person would note it. */
async function printedHash(data: string): Promise<string> {
  return /Its last hash: ([0-9a-f]{64})$/.exec((await verify(data)).out)?.[1] ?? 'none was printed';
}

describe('audit --verify --expect', () => {
  it('accepts the hash that an earlier --verify printed, although the log has grown since', async () => {
    const data = await folderWithLog('ana', 'bo');
    const noted = await printedHash(data);
    await extend(data, 'cleo');
    const later = await printedHash(data);
    expect(later).not.toBe(noted);
    const { code, out } = await verify(data, '--expect', noted, '--expect', later);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'The audit log is whole, up to entry 3.',
      'Both noted hashes are in it.',
      `Its last hash: ${later}`,
    ]);
    expect((await verify(data, '--expect', noted)).out).toContain('\nThe noted hash is in it.\n');
  });

  it('exits with 1 when the log was rewritten, which looks whole by itself', async () => {
    const noted = await printedHash(await folderWithLog('ana', 'bo'));
    const rewritten = await folderWithLog('cleo', 'bo');
    expect(await verify(rewritten)).toMatchObject({ code: 0 });
    const { code, error } = await verify(rewritten, '--expect', noted);
    expect([code, error]).toEqual([1, expect.stringContaining(`no entry has the noted hash ${noted}`)]);
  });

  it('exits with 1 when the oldest entries were deleted and the rest made to look whole', async () => {
    const data = await folderWithLog('ana', 'bo', 'cleo');
    const noted = await printedHash(data);
    const db = await databaseAt(join(data, 'chat.sqlite'));
    await db.raw('drop trigger audit_no_delete');
    const [second] = await db<{ id: number; hash: string }>('audit').where({ id: 2 });
    await db('audit').where('id', '<=', 2).del();
    await db('audit_state').update({ anchor: 2, anchor_hash: second?.hash ?? '' });
    await db.destroy();
    const { code, error } = await verify(data, '--expect', noted);
    expect([code, error]).toEqual([1, expect.stringMatching(/entries 1 to 2 are missing: .*--expect/)]);
  });

  it('gives a program the same verdict as JSON', async () => {
    const data = await folderWithLog('ana');
    const noted = 'ab'.repeat(32);
    const { code, out } = await verify(data, '--json', '--expect', noted);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      whole: false,
      broken: null,
      missing: [],
      unknown: [noted],
      last: 1,
    });
  });

  it.each([['junk'], ['ab'.repeat(31)], [`${'ab'.repeat(32)}0`]])('refuses %j as a hash', async (hash) => {
    const { code, error } = await verify(await folderWithLog('ana'), '--expect', hash);
    expect([code, error]).toEqual([1, expect.stringContaining('Expected 64 hexadecimal digits')]);
  });

  it('is refused without --verify', async () => {
    const data = await folderWithLog('ana');
    const ran = await runCommand(register, 'audit', '--data', data, '--expect', 'ab'.repeat(32));
    expect(ran).toMatchObject({ code: 1, error: '--expect goes with --verify' });
  });
});
