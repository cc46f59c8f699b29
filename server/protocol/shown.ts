/** Numbers, words of a command line and the texts of others, as a person gets to see them. */
import { formatNumber } from './amounts.ts';

/** `1 byte`, `1,234 bytes`; `many` is the plural where that is not `one` and an s. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${formatNumber(number)} ${number === 1 ? one : many}`;
}

/**
 * The text on one line and without the characters that could move the cursor, command a terminal or turn the text
 * around. What was captured, a file's name and what a peer says are texts of others.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '·');
}

/** The same for a text that has line ends of its own. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** `text` as a POSIX shell takes it: in quotes only where it would not be taken as it is. */
export function quoted(text: string): string {
  return /^[\w./:@%+=,\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
