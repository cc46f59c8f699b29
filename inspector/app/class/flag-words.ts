/** What those who lead are told of the flags that students hand in. Times are milliseconds since 1970. */
import type { PersonRow } from '#dissect/page-class';
import type { FlagStanding } from '#dissect/page-flag';
import { counted } from '#protocol/shown';
import { hourMinute } from './band-words.ts';

type Flagged = Pick<PersonRow, 'flag'>;

/** `handed in 10:32`, or `not yet`. */
export function ownText(flag: FlagStanding | undefined): string {
  return flag && flag.own !== null ? `handed in ${hourMinute(flag.own)}` : 'not yet';
}

/** `Ben’s flag, 10:32` */
export function otherText({ name, time }: FlagStanding['others'][number]): string {
  return `${name}’s flag, ${hourMinute(time)}`;
}

/** `1 student has handed in somebody else’s flag`; empty if nobody has. */
export function othersText(people: readonly Flagged[]): string {
  const some = people.filter(({ flag }) => flag && flag.others.length > 0).length;
  return some === 0 ? '' : `${counted(some, 'student has', 'students have')} handed in somebody else’s flag`;
}

/** For CSV: whether the own one was handed in, and whose others. */
export function flagCells({ flag }: Flagged): [own: string, others: string] {
  const others = flag?.others.map(({ name }) => name) ?? [];
  return [flag && flag.own !== null ? 'handed in' : 'not yet', others.join('; ')];
}
