/** What those who lead are told of students who ask for help. Times are milliseconds since 1970. */
import type { PersonRow } from '#dissect/page-class';
import { counted } from '#protocol/shown';

type Asking = Pick<PersonRow, 'help'>;

/** For sorting: those who ask first, and of these the one who has waited longest. */
export function byWaiting({ help: one }: Asking, { help: other }: Asking): number {
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  return one - other;
}

/** `asks for help`, and after a minute `asks for help, 3 min`. `now`: by the server’s clock. */
export function helpText(since: number, now: number): string {
  const minutes = Math.floor((now - since) / 60_000);
  return minutes < 1 ? 'asks for help' : `asks for help, ${minutes} min`;
}

/** `1 student asks for help`; empty if nobody does. */
export function askingText(people: readonly Asking[]): string {
  const asking = people.filter(({ help }) => help !== undefined).length;
  return asking === 0 ? '' : `${counted(asking, 'student')} ${asking === 1 ? 'asks' : 'ask'} for help`;
}
