/** What the projector shows of messages, with the names of students or without. */
import { nameKey } from '#protocol/names';
import { toHex } from '#protocol/bytes';

/** In place of a name. */
export const SOMEBODY = 'a student';
const MASK = '▒▒▒';
/** Characters of the key of a name, from which on a word that only contains it is masked, too. */
const TELLING = 3;

export interface Names {
  /** Of those who lead: they are always shown. */
  readonly leaders: readonly string[];
  readonly students: readonly string[];
}

export function authorText(from: string, { leaders }: Pick<Names, 'leaders'>, hidden: boolean): string {
  const leads = leaders.some((name) => nameKey(name) === nameKey(from));
  return hidden && !leads ? SOMEBODY : from;
}

/** The text with every word masked that is the name of a student, looks like one, or contains one. */
export function withoutNames(text: string, students: readonly string[]): string {
  const keys = students.map(nameKey).filter((key) => key !== '');
  return text.replace(/[\p{L}\p{M}\p{N}._-]+/gu, (word) => (tells(word, keys) ? MASK : word));
}

function tells(word: string, keys: readonly string[]): boolean {
  const key = nameKey(word);
  const parts = [word.replace(/^[._-]+|[._-]+$/g, ''), ...word.split(/[._-]+/)].map(nameKey);
  return keys.some((name) => parts.includes(name) || (name.length >= TELLING && key.includes(name)));
}

interface Row {
  readonly bytes: string | undefined;
  readonly gone: boolean;
}

/** Messages that crossed in one record are one row, which says how many they are. */
export function rowsOfRecords<R extends Row>(rows: readonly R[]): (R & { readonly messages: number })[] {
  const merged: (R & { messages: number })[] = [];
  for (const row of rows) {
    const last = merged.at(-1);
    if (last && row.bytes !== undefined && last.bytes === row.bytes && last.gone === row.gone)
      last.messages++;
    else merged.push({ ...row, messages: 1 });
  }
  return merged;
}

/** `16 03 01 …`, as they crossed. */
export function bytesText(bytes: Uint8Array, size: number): string {
  const shown = toHex(bytes).replace(/..(?=.)/g, '$& ');
  return bytes.length < size ? `${shown} …` : shown;
}
