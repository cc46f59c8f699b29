/** The arguments of a command that a person has typed. */

/** The command was used wrongly; the message is for the person. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export interface Args {
  readonly words: readonly string[];
  /** Everything from word number `from` on, as it was typed, or `undefined` when there is no more. */
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

/** Names of rooms and members without the # or @ that people write before them. */
export function roomArg(word: string | undefined, usage: string): string {
  if (word === undefined) throw new CommandError(usage);
  return word.replace(/^#/, '');
}

export function nameArg(word: string | undefined, usage: string): string {
  if (word === undefined) throw new CommandError(usage);
  return word.replace(/^@/, '');
}

export function idArg(word: string | undefined, usage: string): number {
  const id = Number(word?.replace(/^[·#]/, ''));
  if (word !== undefined && Number.isSafeInteger(id) && id > 0) return id;
  throw new CommandError(word === undefined ? usage : `${word} is not the number of a message. ${usage}`);
}
