/** The data folder: database, shared keys, certificates, and the tokens of the page and the operator. Created by the first start. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileFault } from '#certs/file-errors';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import { servedHosts } from '#certs/hosts';
import { dataPaths } from '#data-folder/paths';
import type { SharedKey } from '#channel/psk/keys';
import { parseKeys, parseToken, readSecret } from './secrets.ts';

export interface DataFolder {
  readonly path: string;
  readonly database: string;
  readonly keyFile: string;
  readonly keys: readonly SharedKey[];
  readonly caFile: string;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Hex of 256 random bits: opens the page from another machine. */
  readonly token: string;
  /** The same for the operator's commands, which read it from its file. */
  readonly operatorToken: string;
  /** The files that were created just now. */
  readonly created: readonly string[];
}

/** Creates the folder if it is missing, makes it private, and resolves with its absolute path. */
export async function makeFolder(folder: string): Promise<string> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    // The mode given to mkdir is reduced by the umask, and ignored if the folder exists.
    await chmod(path, 0o700);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const flaw =
      code === 'EEXIST'
        ? `the data folder ${path} is a file; move it away, or name another folder with --data`
        : `the data folder ${path} cannot be used: ${fileFault(error) ?? message}; name another folder with --data`;
    throw new Error(flaw, { cause: error });
  }
  return path;
}

/**
 * Creates what is missing in the folder, and reads the rest; the certificate is for the addresses that `host` stands for.
 * Rejects, with the path, when something exists but is unusable.
 */
export async function openDataFolder(folder: string, host: string): Promise<DataFolder> {
  const path = await makeFolder(folder);
  const {
    database,
    keyFile,
    caFile,
    tokenFile,
    operatorTokenFile,
    certificates: folderOfCertificates,
  } = dataPaths(path);
  const created: string[] = [];
  const keyText = await readOrMake(keyFile, demoKeyFile, created);
  const token = parseToken(tokenFile, await readOrMake(tokenFile, newToken, created));
  const operatorToken = parseToken(operatorTokenFile, await readOrMake(operatorTokenFile, newToken, created));
  const certificates = await ensureCertificates(folderOfCertificates, {
    hosts: servedHosts(host),
    now: new Date(),
  });
  if (certificates.issued) created.push(madeOf(folderOfCertificates, certificates));
  const { ca, cert, key } = certificates;
  const keys = parseKeys(keyFile, keyText);
  return {
    path,
    database,
    keyFile,
    keys,
    caFile,
    tls: { ca, cert, key },
    token,
    operatorToken,
    created,
  };
}

function madeOf(folder: string, { created, issued }: Certificates): string {
  return created ? folder : `${join(folder, 'server.pem')} (${String(issued)})`;
}

function newToken(): string {
  return `${randomBytes(32).toString('hex')}\n`;
}

function demoKeyFile(): string {
  return [
    '# Shared keys of the psk wires, one per line: key-id:hex. Clients use the first one.',
    '# This is a demo key: it is stored next to the server that uses it, and the workbench logs its secrets for the lesson.',
    `demo-${randomBytes(2).toString('hex')}:${randomBytes(32).toString('hex')}`,
    '',
  ].join('\n');
}

async function readOrMake(file: string, make: () => string, created: string[]): Promise<string> {
  const held = await readSecret(file);
  if (held !== undefined) return held;
  const text = make();
  await writeSecret(file, text);
  created.push(file);
  return text;
}

/** Writes a file as a whole or not at all, readable by its owner only, whatever the umask is. */
export async function writeSecret(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
