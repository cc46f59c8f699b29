/**
 * Shared keys: `key-id:hex`, one per line, followed by `until=` and a date (RFC 3339) where the key ends. Blank
 * lines and lines that start with `#` do not count. Several may be valid at once, which is how a key is rotated; the
 * first is the one a client uses.
 */
import { fromHex, fromUtf8, utf8 } from '#protocol/bytes';
import { counted } from '#protocol/shown';

export const PSK_MIN_LENGTH = 32;
export const KEY_ID_MAX_LENGTH = 64;

export interface SharedKey {
  readonly id: string;
  /** At least 32 random bytes. A pass phrase is not a key: anyone who records one handshake could try them all. */
  readonly key: Uint8Array;
  /** Not valid from this time on (milliseconds since 1970-01-01 UTC). */
  readonly until?: number;
}

/** Keys of a key file's text. Throws `SyntaxError` with the line number; the message never repeats the key. */
export function parseKeyFile(text: string): SharedKey[] {
  const keys: SharedKey[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return;
    keys.push(parseEntry(entry, index + 1));
  });
  if (keys.length === 0) throw new SyntaxError('the key file holds no key; a line is key-id:64 hex digits');
  const ids = new Set(keys.map((key) => key.id));
  if (ids.size !== keys.length) throw new SyntaxError('the key file holds the same key id twice');
  return keys;
}

function parseEntry(entry: string, line: number): SharedKey {
  const [pair = '', ...settings] = entry.split(/\s+(?=until=)/);
  const colon = pair.lastIndexOf(':');
  const id = pair.slice(0, colon).trim();
  const hex = pair.slice(colon + 1).trim();
  if (colon < 1 || id === '') throw new SyntaxError(`line ${line}: expected key-id:hex`);
  const idLength = utf8(id).length;
  if (idLength > KEY_ID_MAX_LENGTH)
    throw new SyntaxError(`line ${line}: the key id has ${idLength} bytes, at most ${KEY_ID_MAX_LENGTH} fit`);
  if (!/^([0-9a-f]{2})+$/i.test(hex))
    throw new SyntaxError(`line ${line}: after the colon expected hex digits, two per byte`);
  const key = fromHex(hex);
  if (key.length < PSK_MIN_LENGTH)
    throw new SyntaxError(
      `line ${line}: the key has ${counted(key.length, 'byte')}, at least ${PSK_MIN_LENGTH} are needed`,
    );
  const until = parseUntil(settings, line);
  return { id, key, ...(until !== undefined && { until }) };
}

function parseUntil(settings: readonly string[], line: number): number | undefined {
  if (settings.length === 0) return undefined;
  const until = settings.length === 1 ? Date.parse((settings[0] as string).slice('until='.length)) : NaN;
  if (Number.isNaN(until)) throw new SyntaxError(`line ${line}: expected one until=2030-12-31T23:59:59Z`);
  return until;
}

/** The key with this id as it stood in a client hello, or `undefined`. */
export function findKey(keys: readonly SharedKey[], idBytes: Uint8Array): SharedKey | undefined {
  const id = fromUtf8(idBytes);
  return keys.find((key) => key.id === id);
}
