/** Secrets from files that the user names. The kind of a `--keys` file is recognised by its content. */
import { stat } from 'node:fs/promises';
import { keyLogWarnings, readKeyLog } from '#dissect/capture/key-log';
import type { Dissection } from '#dissect/index';
import { type KeyMaterial, KeyMaterialError } from '#dissect/secrets/key-material';
import { fromHex } from '#protocol/bytes';
import { readText } from './file-bytes.ts';

type Warn = (text: string) => void;

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;
const SHARED_KEY = /^(?:(.+):)?\s*((?:[0-9a-f]{2})+)$/i;

/** A key log, or the private key of a server in PEM. Rejects with an `Error` that names the file. */
export async function addKeyFile(dissection: Dissection, file: string, warn: Warn): Promise<void> {
  const text = await readText(file);
  if (text.includes('-----BEGIN ')) {
    if (PRIVATE_KEY.test(text)) await warnIfOthersRead(file, warn);
    addKeys(dissection, file, [{ kind: 'rsa', pem: text }]);
    return;
  }
  const log = readKeyLog(text, 0);
  // The program that writes it may not have opened a connection yet.
  if (log.events.length === 0) warn(`${file}: this key log contains no secrets`);
  else if (log.oddCount === log.events.length) throw noKeys(file, text);
  for (const warning of keyLogWarnings(log)) warn(`${file}: ${warning}`);
  dissection.addAll(log.events);
}

/** Shared keys, one per line. Rejects with an `Error` that names file and line, and never shows a key. */
export async function addPskFile(dissection: Dissection, file: string, warn: Warn): Promise<void> {
  const keys = sharedKeys(file, await readText(file));
  await warnIfOthersRead(file, warn);
  addKeys(dissection, file, keys);
}

/**
 * The format is that of the data folder, `key-id:hex`. Keys of TLS suites may be shorter than ours, and if the id is
 * unknown, a key may stand alone.
 */
export function sharedKeys(file: string, text: string): KeyMaterial[] {
  const keys = text.split(/\r?\n/).flatMap((line, index): KeyMaterial[] => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return [];
    const [, id, hex] = SHARED_KEY.exec(entry) ?? [];
    if (hex === undefined)
      throw new Error(`${file}: line ${index + 1} is not key-id:hex, with two digits per byte`);
    return [{ kind: 'psk', key: fromHex(hex), ...(id === undefined ? {} : { id: id.trim() }) }];
  });
  if (keys.length === 0) throw new Error(`${file}: it contains no key; expected lines with key-id:hex`);
  return keys;
}

function addKeys(dissection: Dissection, file: string, keys: readonly KeyMaterial[]): void {
  try {
    dissection.addKeys(keys);
  } catch (error) {
    if (error instanceof KeyMaterialError) throw new Error(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function noKeys(file: string, text: string): Error {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const hint = SHARED_KEY.test(first.trim())
    ? 'it looks like a file of shared keys, which is given with --psk-file'
    : 'expected lines of a key log (LABEL <client random, hex> <secret, hex>) or a private key in PEM';
  return new Error(`${file}: it contains no line of a key log; ${hint}`);
}

/** On Windows the mode bits say nothing about who may read a file. */
async function warnIfOthersRead(file: string, warn: Warn): Promise<void> {
  const { mode } = await stat(file);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  warn(`${file} can be read by others on this machine; run chmod 600 on it`);
}
