/** Words that whoever plays an attack may choose. */
import { utf8 } from '#protocol/bytes';
import type { Attack } from './contract.ts';

/** Control characters, and what is not written as itself in a message. */
// eslint-disable-next-line no-control-regex -- that is what it is for
const UNFIT = /[\u0000-\u001f\u007f-\u009f"\\]/;

/** Throws a `RangeError`, with a sentence for the person, when the attack cannot be played with these words. */
export function checkWords({ name, words }: Pick<Attack, 'name' | 'words'>, text: string): void {
  if (!words) throw new RangeError(`“${name}” is about words of its own`);
  if (text.trim() === '') throw new RangeError('The words are empty');
  if (UNFIT.test(text) || !text.isWellFormed())
    throw new RangeError('Quotation marks, backslashes and control characters are not possible here');
  if (words.fit && !words.fit.test(text)) throw new RangeError(`The words need ${words.need}`);
  const { length } = utf8(text);
  if (length > words.most)
    throw new RangeError(`At most ${words.most} bytes are possible here; these words have ${length}`);
}
