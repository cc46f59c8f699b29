/** The arguments of a command that a person has typed, in a terminal or in a window. */

/** The command was used wrongly; the text is for the person. */
export class SlashError extends Error {
  override readonly name = 'SlashError';
}

/** The rest of the line after the command. */
export interface Args {
  /** Words, separated by blanks. */
  readonly words: readonly string[];
  /** Everything from word number `from` (counted from 0) as it was typed, or `undefined` when there is no more. */
  readonly text: (from: number) => string | undefined;
}

export function parseArgs(rest: string): Args {
  const places = [...rest.matchAll(/\S+/g)];
  return {
    words: places.map(([word]) => word),
    text: (from) => {
      const place = places[from];
      return place && rest.slice(place.index).trimEnd();
    },
  };
}

/** The argument, without the # or @ that people write before names of rooms and members. */
export function roomArg(word: string): string {
  return word.replace(/^#/, '');
}

export function nameArg(word: string | undefined, usage: string): string {
  return required(word, usage).replace(/^@/, '');
}

/** Throws `SlashError` with the usage if the argument is missing. */
export function required(word: string | undefined, usage: string): string {
  if (word === undefined) throw new SlashError(usage);
  return word;
}

/** Number of a message as it is shown: `12`, `·12`. */
export function idArg(word: string | undefined, usage: string): number {
  const id = Number(word?.replace(/^[·#]/, ''));
  if (word !== undefined && Number.isSafeInteger(id) && id > 0) return id;
  throw new SlashError(word === undefined ? usage : `${word} is not the number of a message. ${usage}`);
}
