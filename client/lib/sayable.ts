/** Which texts can be sent. */
import { LIMITS } from '#protocol/limits';
import { cleanText } from '#protocol/text';
import { ChatError } from './errors.ts';

/** The cleaned text, ready to be sent. Throws `ChatError` bad_text. */
export function sayable(text: string): string {
  const clean = text.isWellFormed() ? cleanText(text, Infinity) : '';
  if (clean !== '' && clean.length <= LIMITS.text) return clean;
  throw new ChatError('bad_text', { detail: `it has ${text.length} characters` });
}
