/** The people of a class as a list: in which order, which of them, and what is said of each. */
import type { PersonRow } from '#dissect/page-class';
import { hourMinute } from './band-words.ts';
import { byWaiting } from './help-words.ts';

const STATES: readonly PersonRow['state'][] = ['here', 'away', 'removed'];
const order = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** Those who ask for help first, then those who are here, by name. */
export function sorted(people: readonly PersonRow[]): PersonRow[] {
  return [...people].sort(
    (a, b) =>
      byWaiting(a, b) || STATES.indexOf(a.state) - STATES.indexOf(b.state) || order.compare(a.name, b.name),
  );
}

/** Those whose name, address or role has the text in it. */
export function matching(people: readonly PersonRow[], text: string): readonly PersonRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return people;
  return people.filter(({ name, address, role }) =>
    [name, address, role].some((each) => each.toLowerCase().includes(wanted)),
  );
}

export function matchingNames(names: readonly string[], text: string): string[] {
  const wanted = text.trim().toLowerCase();
  return names.filter((name) => name.toLowerCase().includes(wanted)).sort(order.compare);
}

export function stateText({ state, joined, seen }: PersonRow): string {
  if (state === 'here') return `Here, joined ${hourMinute(joined)}`;
  return state === 'away' ? `Away since ${hourMinute(seen)}` : `Removed, last here ${hourMinute(seen)}`;
}
