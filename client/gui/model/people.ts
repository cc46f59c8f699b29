/** The members of a room, as the window lists them. */
import { nameKey } from '#protocol/names';
import type { Server } from '#protocol/messages';
import { ROLES } from '#protocol/roles';

export type Person = Server<'members'>['members'][number];

/** The number of colours for people; each is a token of the styles. */
const COLOURS = 8;

/** The number of a person’s colour: the same for every spelling that counts as the same name. */
export function colourOf(name: string): number {
  let hash = 2_166_136_261;
  for (const character of nameKey(name)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return (hash >>> 0) % COLOURS;
}

/** `student-2` comes before `student-10`. */
const byName = new Intl.Collator(undefined, { numeric: true });

/** Those who may do most come first, then by name. */
export function inOrder(people: readonly Person[]): readonly Person[] {
  return people.toSorted(
    (a, b) => ROLES.indexOf(b.role) - ROLES.indexOf(a.role) || byName.compare(a.name, b.name),
  );
}
