/** A small disk of its own, to be filled up. */
import { execFileSync } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, onTestFinished } from 'vitest';
import { temporaryFolder } from '../chat/stores.ts';

/** A `describe` that needs to mount; only root may, and only Linux has this kind of disk. */
export function describeWithDisk(title: string, body: () => void): void {
  describe.skipIf(!mayMount())(`${title} (needs root on Linux)`, body);
}

/** Tried out, because a container's root may lack the right; in a namespace of its own, so that nothing is left behind. */
function mayMount(): boolean {
  if (platform() !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The folder it is mounted on, gone with the test. */
export async function newDisk(bytes: number): Promise<string> {
  const folder = join(await temporaryFolder(), 'disk');
  await mkdir(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'none', folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  return folder;
}

export interface FailingDisk {
  /** For the environment of a program: it sees `folder` as on this disk. */
  readonly env: Readonly<Record<string, string>>;
  turnReadOnly(): Promise<void>;
  heal(): Promise<void>;
}

/** A disk that can turn read-only while programs write to it. Linux only; `cc` is the path of a C compiler. */
export async function failingDisk(folder: string, cc: string): Promise<FailingDisk> {
  const own = await temporaryFolder();
  const library = join(own, 'read-only-disk.so');
  const source = fileURLToPath(new URL('./read-only-disk.c', import.meta.url));
  execFileSync(cc, ['-shared', '-fPIC', '-O', '-o', library, source, '-ldl']);
  const file = join(own, 'read-only');
  return {
    env: { LD_PRELOAD: library, DISK: folder, SWITCH: file },
    turnReadOnly: () => writeFile(file, ''),
    heal: () => rm(file),
  };
}

/** From now on the folder can be read, but not written. Nothing on it may be open for writing. */
export function makeReadOnly(folder: string): void {
  execFileSync('mount', ['-o', 'remount,ro', folder]);
}

/** Leaves no room at all. Resolves with a function that makes room again. */
export async function fillDisk(folder: string): Promise<() => Promise<void>> {
  const filler = join(folder, 'filler');
  const { bavail, bsize } = await statfs(folder);
  try {
    await writeFile(filler, Buffer.alloc(bavail * bsize));
  } catch (error) {
    // Another file has grown meanwhile: the disk is full all the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return () => rm(filler);
}
