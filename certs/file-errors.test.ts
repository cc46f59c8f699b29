import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithDisk, fillDisk, newDisk } from '../test/support/programs/disk.ts';
import { temporaryFolder } from '../test/support/chat/stores.ts';
import { ensureCertificates } from './ensure.ts';
import { fileFault, messageOf } from './file-errors.ts';

describe('a fault of a file', () => {
  it.each(['ENOENT', 'EISDIR', 'EEXIST', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT', 'EROFS', 'ENOTDIR', 'EIO'])(
    '%s is a sentence that says what to do',
    (code) => expect(fileFault({ code })).toMatch(new RegExp(`^[a-z].*[;,] .* \\(${code}\\)$|^it`)),
  );

  it('blames permissions for what permissions are to blame for, and for nothing else', () => {
    const blamed = ['EACCES', 'EPERM', 'ENOSPC', 'EROFS', 'EIO', 'EISDIR', 'EMFILE'].filter((code) =>
      fileFault({ code })?.includes('permissions'),
    );
    expect(blamed).toEqual(['EACCES', 'EPERM']);
  });

  it('has the name of the file', async () => {
    const folder = join(await temporaryFolder(), 'folder');
    await mkdir(folder);
    const error: unknown = await readFile(folder).catch((thrown: unknown) => thrown);
    expect(messageOf(Object.assign(error as Error, { path: folder }))).toBe(
      `${folder}: a folder is where the file should be; move it away (EISDIR)`,
    );
    expect(messageOf(new Error('something else'))).toBe('something else');
  });
});

describeWithDisk('certificates on a full disk', () => {
  it('are not made, and the disk is blamed', async () => {
    const folder = await newDisk(1024 * 1024);
    const options = { hosts: ['localhost'], now: new Date() };
    await ensureCertificates(folder, options);
    await fillDisk(folder);
    const renewal = ensureCertificates(folder, { ...options, renew: true });
    await expect(renewal).rejects.toThrow(/its disk is full; make room \(ENOSPC\)/);
    await rm(join(folder, 'filler'));
  });
});
