/** The four files of a certificate folder: private, and never half-written. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CertificateError } from './errors.ts';
import { fileFault } from './file-errors.ts';

export const FILES = {
  caCertificate: 'ca.pem',
  caKey: 'ca.key',
  certificate: 'server.pem',
  key: 'server.key',
} as const;

const KEY_MODE = 0o600;
const CERTIFICATE_MODE = 0o644;
const FOLDER_MODE = 0o700;

/** Makes the folder where it is missing, and closes it to everyone else. Throws `CertificateError` unreadable. */
export async function openFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: FOLDER_MODE });
    const { mode } = await stat(dir);
    // The umask may have taken bits from mkdir's mode, and an older folder may be too open: set it outright.
    if ((mode & 0o777) !== FOLDER_MODE) await chmod(dir, FOLDER_MODE);
  } catch (error) {
    throw unreadable(dir, error);
  }
}

/** Text of a certificate file, or `undefined` when there is none. Throws `CertificateError` unreadable. */
export async function readCertificate(path: string): Promise<string | undefined> {
  return readText(path);
}

/** Text of a key file, or `undefined`. A file that others may read is closed to them first. Throws as above. */
export async function readKey(path: string): Promise<string | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) await chmod(path, KEY_MODE);
  } catch (error) {
    throw unreadable(path, error);
  }
  return text;
}

/** Puts a certificate in place, over an older one: a reader sees the old or the new file, whole. */
export async function replaceCertificate(path: string, pem: string): Promise<void> {
  await placed(path, pem, CERTIFICATE_MODE, (temporary) => rename(temporary, path));
}

/**
 * Puts a key in place where there is none, and gives back the key that is there afterwards: of two starts at the
 * same time both end up with the first one's key, so anything that either of them signs fits.
 */
export async function placeKey(path: string, pem: string): Promise<string> {
  await placed(path, pem, KEY_MODE, async (temporary) => {
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  });
  return (await readKey(path)) ?? pem;
}

async function placed(
  path: string,
  pem: string,
  mode: number,
  put: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(path, '..', `.new-${randomBytes(8).toString('hex')}`);
  try {
    await writeNew(temporary, pem, mode);
    await put(temporary);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', KEY_MODE);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    // Without this a crash of the machine could leave the renamed file empty.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): CertificateError {
  return new CertificateError('unreadable', path, fileFault(error) ?? (error as Error).message, error);
}
