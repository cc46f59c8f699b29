/** Changes to a key file's text. Comments and everything else in it stay as they are. */
import { parseKeyFile } from '#channel/psk/keys';
import { NotNowError } from '#web/operator/requests';

export interface Rotation {
  /** `id:hex` of the new key. */
  readonly entry: string;
  /** When the previous first key expires: milliseconds since 1970. */
  readonly until: number;
}

/** Puts the new key first, so that clients use it from now on; the previous first key is valid until the given time. */
export function rotated(text: string, { entry, until }: Rotation): string {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex(isEntry);
  const before = lines[first];
  if (before === undefined) throw new NotNowError('no_such_key', 'the key file holds no key');
  const end = `until=${new Date(until).toISOString().replace(/\.\d+Z$/, 'Z')}`;
  // A key that expires earlier keeps its date.
  const [known] = parseKeyFile(before);
  const kept = known?.until !== undefined && known.until <= until ? before : `${withoutEnd(before)} ${end}`;
  return [...lines.slice(0, first), entry, kept, ...lines.slice(first + 1)].join('\n');
}

/** Throws if there is no such key, or no other that is valid at the time `now`. */
export function removed(text: string, id: string, now: number): string {
  const keys = parseKeyFile(text);
  if (!keys.some((key) => key.id === id))
    throw new NotNowError('no_such_key', `there is no key ${JSON.stringify(id)}`);
  const others = keys.filter((key) => key.id !== id && (key.until === undefined || key.until > now));
  if (others.length === 0)
    throw new NotNowError(
      'last_key',
      `${id} is the only valid key: without it nobody could connect; rotate first`,
    );
  const lines = text.split(/\r?\n/);
  return lines.filter((line) => !isEntry(line) || parseKeyFile(line)[0]?.id !== id).join('\n');
}

function isEntry(line: string): boolean {
  const entry = line.trim();
  return entry !== '' && !entry.startsWith('#');
}

function withoutEnd(line: string): string {
  return line.replace(/\s+until=.*$/, '').trimEnd();
}
