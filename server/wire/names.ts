/** Names of members and rooms: what they may look like, and when two are the same. */
import { LIMITS } from './limits.ts';

const SHAPE = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u;

export const NAME_RULE = `1 to ${LIMITS.name} letters, digits, dots, dashes or underscores, a letter or digit first`;

/** The name in its one spelling (NFKC), or `undefined` when it breaks the rule. */
export function cleanName(name: string): string | undefined {
  const clean = name.normalize('NFKC').trim();
  return [...clean].length <= LIMITS.name && SHAPE.test(clean) ? clean : undefined;
}

/** A room's name in its one spelling: as a member's, in lower case. */
export function cleanRoom(name: string): string | undefined {
  return cleanName(name)?.toLowerCase();
}

/** Two names with the same key count as the same: `Ana` and `ana` cannot both be here. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
