/** Secrets in files of the data folder: what makes each of them trustworthy, and how to get a new one. */
import { type FileHandle, open } from 'node:fs/promises';
import { fileFault } from '#certs/file-errors';
import { type SharedKey, parseKeyFile } from '#channel/psk/keys';
import { counted } from '#protocol/shown';

/** Largest file with secrets, in bytes. Thousands of keys fit; anything larger is another file. */
const MOST_BYTES = 1024 * 1024;
/** Characters: 128 bits even if only hexadecimal digits are used. The page sends no more than the most. */
const TOKEN_LENGTH = { least: 32, most: 128 } as const;

const NEW_TOKEN = 'remove the file, and the next start makes a new one';
const NEW_KEY =
  'put a good copy back, or remove the file, and the next start makes a new demo key, which every client then needs';

/** A secret that must not be relied on. The message names the file, and never repeats its content. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** The token in a file's text. Throws `SecretError` when it is empty, too short or not a token. */
export function parseToken(file: string, text: string): string {
  const token = text.trim();
  const flaw = flawOf(token);
  if (flaw === undefined) return token;
  throw new SecretError(`${file}: ${flaw}; ${NEW_TOKEN}`);
}

function flawOf(token: string): string | undefined {
  if (token === '') return 'it is empty: anyone could give this token';
  if (!/^[\x21-\x7e]+$/.test(token)) return 'it is something other than one word of ASCII characters';
  if (token.length < TOKEN_LENGTH.least)
    return `it has ${counted(token.length, 'character')}, but needs at least ${TOKEN_LENGTH.least}: it could be guessed`;
  if (token.length > TOKEN_LENGTH.most)
    return `it has ${token.length} characters, but may have at most ${TOKEN_LENGTH.most}`;
  return new Set(token).size < 8 ? 'it has too few different characters: it could be guessed' : undefined;
}

/** Throws `SecretError` with the file's name and the line, and never with a key. */
export function parseKeys(file: string, text: string): SharedKey[] {
  try {
    return parseKeyFile(text);
  } catch (error) {
    throw new SecretError(`${file}: ${(error as Error).message}; ${NEW_KEY}`, { cause: error });
  }
}

/** Text of a file with secrets; `undefined` if there is no file. Rejects with `SecretError` if it cannot hold secrets. */
export async function readSecret(file: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size <= MOST_BYTES) return await handle.readFile('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const fault = fileFault(error) ?? (error as Error).message;
    throw new SecretError(`${file}: ${fault}`, { cause: error });
  } finally {
    await handle?.close();
  }
  throw new SecretError(
    `${file}: it is larger than ${MOST_BYTES / 1024} KiB, so it is another file; move it away`,
  );
}
