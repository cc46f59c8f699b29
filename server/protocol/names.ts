/** Names of members and rooms: what they may look like, and when two are the same. */
import { LOOK_ALIKES } from './confusables.ts';
import { LIMITS } from './limits.ts';
import { keepsToOneScript } from './scripts.ts';

const SHAPE = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** The same mark twice, or marks piled up: they hide the letter below them (UTS #39 §5.4). */
const PILED_MARKS = /(\p{Mn})\1|\p{Mn}{5}/u;
const ASCII = /^[\x20-\x7e]*$/;

export const NAME_RULE = `1 to ${LIMITS.name} letters, digits, dots, dashes or underscores, a letter or digit first, in one script`;

/** The name in its one spelling (NFKC), or `undefined` when it breaks the rule. */
export function cleanName(name: string): string | undefined {
  const clean = name.normalize('NFKC').trim();
  if ([...clean].length > LIMITS.name || !SHAPE.test(clean)) return undefined;
  if (ASCII.test(clean)) return clean;
  if (INVISIBLE.test(clean) || PILED_MARKS.test(clean.normalize('NFD'))) return undefined;
  return keepsToOneScript(clean) ? clean : undefined;
}

/** Words with dashes in the place of spaces, which no name has. */
export function dashed(words: string): string {
  return words.trim().replaceAll(/\s+/g, '-');
}

/** A room's name in its one spelling: as a member's, in lower case. */
export function cleanRoom(name: string): string | undefined {
  return cleanName(name)?.toLowerCase();
}

/**
 * Two names with the same key count as the same: `Ana`, `ana` and `аnа` in Cyrillic letters cannot all be here. The
 * key is the skeleton of UTS #39 §4, for small and capital letters alike, and is not for reading: `m` has become
 * `rn` in it, and `i` and `1` have become `l`.
 */
export function nameKey(name: string): string {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const key = skeleton(name);
  if (knownKeys.size >= MOST_KEYS) knownKeys.clear();
  knownKeys.set(name, key);
  return key;
}

/** The keys of names are asked for again and again: half a dozen times by each join. */
const knownKeys = new Map<string, string>();
const MOST_KEYS = 4_096;

function skeleton(name: string): string {
  const small = name.normalize('NFKC').toLowerCase().normalize('NFD');
  let key = '';
  for (const character of small) {
    if (!ASCII.test(character) && INVISIBLE.test(character)) continue;
    key += LOOK_ALIKES.get(character) ?? character;
  }
  return key.normalize('NFD');
}
