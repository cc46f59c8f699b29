/** Scripts that names can be written in, and which of them may be used together in one name (UTS #39 §5.2). */

/** Scripts in use today: UAX #31, tables 5 and 7. */
export const SCRIPTS =
  'Adlam Arabic Armenian Balinese Bamum Batak Bengali Bopomofo Canadian_Aboriginal Chakma Cham Cherokee Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hanifi_Rohingya Hebrew Hiragana Javanese Kannada Katakana Kayah_Li Khmer Lao Latin Lepcha Limbu Lisu Malayalam Mandaic Meetei_Mayek Miao Mongolian Myanmar New_Tai_Lue Newa Nko Ol_Chiki Oriya Osage Saurashtra Sinhala Sundanese Syloti_Nagri Syriac Tai_Le Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Vai Wancho Yi'.split(
    ' ',
  );

/** Together with Latin, as Chinese, Japanese and Korean are written. */
const EAST_ASIAN = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
] as const;

export const NAME_CHARACTER = /^[\p{L}\p{N}\p{M}._-]$/u;

const TOGETHER = new RegExp([...SCRIPTS.map((script) => [script]), ...EAST_ASIAN].map(allOf).join('|'), 'u');

/** Whether the name keeps to one script, or to those of one language: `аdmin` with a Cyrillic а does not. */
export function keepsToOneScript(name: string): boolean {
  return TOGETHER.test(name);
}

function allOf(scripts: readonly string[]): string {
  const classes = ['Common', 'Inherited', ...scripts].map((script) => `\\p{scx=${script}}`);
  return `^[${classes.join('')}]+$`;
}
