/** Finds words in the readable bytes of records, without regard to case. */
import { showUtf8, utf8 } from '#protocol/bytes';
import { someReadable } from '#dissect/fields/paths';
import type { WireRecord } from '#dissect/model';

/** `words` in lower case, at least one character. */
export function wordsIn(words: string): (record: WireRecord) => boolean {
  const holds = bytesHolding(words);
  return (record) => record.title.toLowerCase().includes(words) || someReadable(record, holds);
}

/**
 * Words in ASCII are looked for in the bytes as they are, where case is one bit: to make a text of the bytes first takes many
 * times as long. Two letters outside ASCII have small forms that begin with one of it, the Kelvin sign (e2 84 aa) and the
 * Turkish İ (c4 b0): bytes that may contain them are read as text all the same.
 */
function bytesHolding(words: string): (bytes: Uint8Array) => boolean {
  const asText = (bytes: Uint8Array): boolean => showUtf8(bytes).toLowerCase().includes(words);
  if (!/^[\x20-\x7e]+$/.test(words)) return asText;
  const small = utf8(words);
  const first = [...new Set(utf8(words.charAt(0) + words.charAt(0).toUpperCase()))];
  return (bytes) =>
    first.some((letter) => holdsFrom(bytes, letter, small)) ||
    ((bytes.includes(0xe2) || bytes.includes(0xc4)) && asText(bytes));
}

/** Whether the words are there, beginning with this letter. */
function holdsFrom(bytes: Uint8Array, letter: number, words: Uint8Array): boolean {
  for (let at = bytes.indexOf(letter); at >= 0; at = bytes.indexOf(letter, at + 1)) {
    let same = 1;
    while (same < words.length && inSmall(bytes[at + same]) === words[same]) same++;
    if (same === words.length) return true;
  }
  return false;
}

function inSmall(byte: number | undefined): number | undefined {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
