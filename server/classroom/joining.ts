/** The rules for coming in: the join code, and the names that a newcomer may have. */
import { CODE_ALPHABET, CLASS_CAPS, type JoinRefusal } from '#dissect/page-class';
import { NAME_RULE, cleanName, nameKey } from '#protocol/names';

/** Names of those who lead, and of the server itself: a student with such a name could give orders. */
const LEADING = ['instructor', 'teacher', 'professor', 'assistant', 'operator', 'admin', 'wireglass'].map(
  nameKey,
);
/** Names that would hide nothing if they stood inside another: `Servera` is a name, too. */
const EXACT = ['server', 'you', 'everyone'].map(nameKey);

/** A newcomer is turned away, and can be told why. */
export class JoinError extends Error {
  override readonly name = 'JoinError';
  readonly code: JoinRefusal;
  /** Names that are free. */
  readonly suggestions: readonly string[] | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(
    code: JoinRefusal,
    message: string,
    more: { readonly suggestions?: readonly string[]; readonly retryAfter?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.suggestions = more.suggestions;
    this.retryAfter = more.retryAfter;
  }
}

/** A new join code. `random` returns the given number of random bytes. */
export function newCode(random: (count: number) => Uint8Array): string {
  const letters: string[] = [];
  // Bytes above the largest multiple would make some letters likelier than others.
  const fair = 256 - (256 % CODE_ALPHABET.length);
  while (letters.length < CLASS_CAPS.code) {
    const [byte = 0] = random(1);
    if (byte < fair) letters.push(CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length));
  }
  return letters.join('');
}

/** The code as it is meant, however it was typed: `AB C-234` is `abc234`. */
export function cleanCode(typed: string): string {
  return typed.toLowerCase().replace(/[\s-]/g, '');
}

/** The name of a newcomer in its one spelling. Throws `JoinError`. `leaders`: names of those who lead the class. */
export function nameOfNewcomer(typed: string, leaders: readonly string[]): string {
  const name = cleanName(typed);
  if (name === undefined) throw new JoinError('bad_name', `A name has ${NAME_RULE}.`);
  const key = nameKey(name);
  if ([...LEADING, ...leaders.map(nameKey)].some((word) => key.includes(word)) || EXACT.includes(key))
    throw new JoinError('bad_name', 'This name is kept for those who lead the class; choose another.');
  return name;
}
