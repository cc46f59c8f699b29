/** What the band above every view says of the class. */
import type { ClassState, Look, Me, OpenedTraffic } from '#dissect/page-class';
import { clock } from '../model/format.ts';

/** Names that are said; the others are counted. */
const SAID_NAMES = 3;

/** Hours and minutes of a time in milliseconds since 1970. */
export function hourMinute(time: number): string {
  return clock(time).slice(0, 'hh:mm'.length);
}

/** An instructor without a name of their own is called by what they are. */
export function whoIs(name: string): string {
  return name === 'Instructor' ? 'The instructor' : name;
}

/** One line for whoever it concerns most: that of one's own traffic first. */
export function openedLines(opened: readonly OpenedTraffic[], me: Me): string[] {
  const own = opened.filter(({ person }) => person === me.id);
  const others = opened.filter(({ person }) => person !== me.id);
  return [
    ...own.map(({ by, since }) => `${whoIs(by)} is reading your traffic, since ${hourMinute(since)}.`),
    ...[...grouped(others)].map(([by, theirs]) => {
      const who = by === me.name ? 'You are' : `${whoIs(by)} is`;
      const since = hourMinute(Math.min(...theirs.map((each) => each.since)));
      return `${who} reading the traffic of ${listed(theirs.map(({ name }) => name))}, since ${since}.`;
    }),
  ];
}

function grouped(opened: readonly OpenedTraffic[]): Map<string, OpenedTraffic[]> {
  const found = new Map<string, OpenedTraffic[]>();
  for (const each of opened) found.set(each.by, [...(found.get(each.by) ?? []), each]);
  return found;
}

/** `Ada`, `Ada and Ben`, `Ada, Ben, Cleo and 4 more`. */
export function listed(names: readonly string[]): string {
  const said = names.length > SAID_NAMES + 1 ? names.slice(0, SAID_NAMES) : names;
  const parts = said.length < names.length ? [...said, `${names.length - said.length} more`] : said;
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

export function isLeading({ me, look }: Pick<ClassState, 'me' | 'look'>): boolean {
  return me.role !== 'student' && look?.by === me.name;
}

/** For a page of the docs, which does not go along by itself. */
export function lookTextInDocs(look: Look, me: Me): string {
  if (look.by === me.name) return 'You are leading. The class sees the last view that all can see.';
  return `${whoIs(look.by)} is showing everyone something in the workbench.`;
}

export function lookText(look: Look, me: Me, isHere: boolean): string {
  if (me.role === 'student')
    return `${whoIs(look.by)} is showing everyone this. When it ends, you are back where you were.`;
  if (look.by !== me.name) return `${whoIs(look.by)} is leading the class.`;
  return isHere
    ? 'You are leading: the class sees what this page shows.'
    : 'You are leading. The class still sees the last view that all can see.';
}
