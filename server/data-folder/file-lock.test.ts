import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/support/chat/stores.ts';
import { LockedError, lockFile, lockHolder } from './file-lock.ts';

const newLock = async (): Promise<string> => join(await temporaryFolder(), 'test.lock');

/** Another program that takes the lock and keeps it until it is killed. */
async function holdElsewhere(file: string): Promise<{ pid: number; kill: () => Promise<void> }> {
  const module = new URL('./file-lock.ts', import.meta.url).href;
  const script = `
    const { lockFile } = await import(${JSON.stringify(module)});
    await lockFile(${JSON.stringify(file)}, { patience: 0 });
    console.log('locked');
    setInterval(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [sign] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!Buffer.isBuffer(sign)) throw new Error('the other program ended without the lock');
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  return { pid: child.pid as number, kill };
}

describe('a file lock', () => {
  it('is free until somebody takes it, and free again afterwards', async () => {
    const file = await newLock();
    expect(await lockHolder(file)).toBeUndefined();
    const unlock = await lockFile(file, { patience: 0 });
    expect(await lockHolder(file)).toBe(process.pid);
    await unlock();
    expect(await lockHolder(file)).toBeUndefined();
    await (
      await lockFile(file, { patience: 0 })
    )();
    expect(await readdir(dirname(file))).toEqual(['test.lock']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('names the process that holds it, and is free once that process is killed', async () => {
    const file = await newLock();
    const { pid, kill } = await holdElsewhere(file);
    expect(await lockHolder(file)).toBe(pid);
    const refusal: unknown = await lockFile(file, { patience: 0 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LockedError);
    expect(refusal).toMatchObject({ holder: pid });
    await kill();
    expect(await lockHolder(file)).toBeUndefined();
    await (
      await lockFile(file, { patience: 0 })
    )();
  });

  it('stays with this process even when the process asks who holds it', async () => {
    const file = await newLock();
    const unlock = await lockFile(file, { patience: 0 });
    for (let at = 0; at < 3; at++) expect(await lockHolder(file)).toBe(process.pid);
    await expect(lockFile(file, { patience: 0 })).rejects.toThrow(`process ${process.pid}`);
    await expect(holdElsewhere(file)).rejects.toThrow();
    await unlock();
  });

  it('is refused when the file is something else', async () => {
    const file = await newLock();
    await writeFile(file, 'this is no lock, and long enough to be told from one'.repeat(9));
    await expect(lockFile(file, { patience: 0 })).rejects.toThrow('not a database');
  });
});
