/** The shared keys in the key file of a data folder: listed, rotated and removed. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type SharedKey, parseKeyFile } from '#channel/psk/keys';
import { lockFile } from '#data-folder/file-lock';
import { dataPaths } from '#data-folder/paths';
import type { KeyRow, Rotated } from '#web/operator/answers';
import { writeSecret } from '../data-folder.ts';
import { parseKeys } from '../secrets.ts';
import type { FolderWork } from './folder-work.ts';
import { formatSpan } from './format.ts';
import { removed, rotated } from './key-file.ts';

/** How long to wait for another program that changes the keys. */
const PATIENCE_MS = 5_000;

/** The keys by id and date, and never the keys themselves. */
export async function keyRows(data: string): Promise<KeyRow[]> {
  const { keyFile } = dataPaths(data);
  return rowsOf(parseKeys(keyFile, await readFile(keyFile, 'utf8')), Date.now());
}

function rowsOf(keys: readonly SharedKey[], now: number): KeyRow[] {
  return keys.map(({ id, until = null }, index) => {
    if (until !== null && until <= now) return { id, state: 'ended', until };
    return { id, state: index === 0 ? 'in use' : 'valid', until };
  });
}

/** Makes a new key, which clients use from now on; the previous one stays valid for `validFor` milliseconds. */
export async function rotateKey(work: FolderWork, validFor: number): Promise<Rotated> {
  const now = Date.now();
  let [id, before] = ['', ''];
  await rewrite(work, (text, keys) => {
    const [first] = keys;
    before = first?.id ?? '';
    // A demo key is recognisable by its name everywhere, and so is the key that replaces it.
    id = freeId(
      `${before.startsWith('demo-') ? 'demo' : 'key'}-${new Date(now).toISOString().slice(0, 10)}`,
      keys,
    );
    const entry = `${id}:${randomBytes(32).toString('hex')}`;
    return {
      edited: rotated(text, { entry, until: now + validFor }),
      line: `${id} is new, ${before} is valid for ${formatSpan(validFor)}`,
    };
  });
  return { id, before, until: now + validFor };
}

export function removeKey(work: FolderWork, id: string): Promise<void> {
  return rewrite(work, (text) => ({ edited: removed(text, id, Date.now()), line: `${id} was removed` }));
}

/** A name that no key of the file has. It is typed by people, so the random part is short and may be taken. */
function freeId(prefix: string, keys: readonly { readonly id: string }[]): string {
  const id = `${prefix}-${randomBytes(2).toString('hex')}`;
  return keys.some((key) => key.id === id) ? freeId(prefix, keys) : id;
}

interface Change {
  /** The new text of the key file. */
  readonly edited: string;
  /** For the audit log. */
  readonly line: string;
}

/** Rewrites the key file as a whole, one program at a time. */
async function rewrite(
  { data, audit }: FolderWork,
  edit: (text: string, keys: readonly SharedKey[]) => Change,
): Promise<void> {
  const { keyFile } = dataPaths(data);
  // Two programs that read the same keys would overwrite each other's new key.
  const unlock = await lockFile(`${keyFile}.lock`, { patience: PATIENCE_MS });
  try {
    const text = await readFile(keyFile, 'utf8');
    const { edited, line } = edit(text, parseKeys(keyFile, text));
    // A text that cannot be parsed must not be written.
    parseKeyFile(edited);
    await writeSecret(keyFile, edited);
    await audit('key.rotated', line);
  } finally {
    await unlock();
  }
}
