/** A part of a page with its figures filled in. */
export interface Row {
  readonly text: string;
  /** Where the computed values are in it. */
  readonly values: readonly { readonly start: number; readonly end: number }[];
}

/** `says`both have ${length} bytes``: numbers are written as pages write them, with commas. Throws without a value. */
export function says(parts: TemplateStringsArray, ...filled: readonly (number | string)[]): Row {
  if (filled.length === 0) throw new Error('a row without a computed value holds nothing');
  const values: { start: number; end: number }[] = [];
  let text = '';
  for (const [i, part] of parts.entries()) {
    text += part.replace(/\s+/g, ' ');
    const value = filled[i];
    if (value === undefined) continue;
    const shown = typeof value === 'number' ? value.toLocaleString('en') : value;
    values.push({ start: text.length, end: text.length + shown.length });
    text += shown;
  }
  return { text, values };
}

const WORDS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** A small number as a word. */
export function word(count: number): string {
  return WORDS[count] ?? count.toLocaleString('en');
}

/** The same at the beginning of a sentence. */
export function Word(count: number): string {
  return word(count).replace(/^./, (letter) => letter.toUpperCase());
}
