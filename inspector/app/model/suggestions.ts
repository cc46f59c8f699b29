/** The suggestions of the search box while somebody types. */
import { completions } from '#dissect/filter/index';
import { isExpression } from './filter.ts';

export interface Suggestion {
  /** The text that is shown and inserted. */
  readonly text: string;
  readonly note: string;
  /** The whole text after the suggestion is accepted, and the position of the cursor then. */
  readonly result: { readonly text: string; readonly cursor: number };
}

export const EXAMPLES: readonly { readonly text: string; readonly note: string }[] = [
  { text: 'msg.type == "say"', note: 'what somebody said' },
  { text: 'state == no-key', note: 'what stays sealed' },
  { text: 'len > 64 and dir == c2s', note: 'longer ones, client to server' },
];

const SHOWN = 40;
/** A person who types a word may simply be looking for that word. */
const SHOWN_FOR_WORDS = 5;

/** Suggestions for `text` with the cursor at an index of it. */
export function suggestionsFor(text: string, cursor: number): Suggestion[] {
  if (text.trim() === '') {
    return EXAMPLES.map((example) => ({
      ...example,
      result: { text: example.text, cursor: example.text.length },
    }));
  }
  const found = completions(text, cursor);
  const wanted = isExpression(text) ? found.slice(0, SHOWN) : forWord(text, found).slice(0, SHOWN_FOR_WORDS);
  const isDone =
    wanted.length === 1 && wanted.every(({ text: offer, from, to }) => offer === text.slice(from, to));
  if (isDone) return [];
  return wanted.map(({ text: offer, from, to, note }) => {
    const after = text.slice(to);
    const space = /[{(]$/.test(offer) || /^[\s,})]/.test(after) ? '' : ' ';
    const before = text.slice(0, from) + offer + space;
    return { text: offer, note, result: { text: before + after, cursor: before.length } };
  });
}

/** Names that begin with the word; after a complete name, its operators. */
function forWord<T extends { readonly text: string; readonly from: number; readonly to: number }>(
  text: string,
  found: readonly T[],
): T[] {
  return found.filter(({ text: offer, from, to }) => {
    const typed = text.slice(from, to).toLowerCase();
    return text.trim() === typed && offer.startsWith(typed);
  });
}
