/** Addresses of views in a class: where a student was last, and where the class can be led. */
import { CLASS_CAPS } from '#dissect/page-class';
import { PAGE_PATHS } from '#web/page-paths';
import { namedIn } from '../captures/capture-address.ts';

/** Kept in the browser, so that a tab that was closed is opened again where the student was. */
const KEY = 'wireglass-class-place';
/** Views that every device of the class can show. */
export const COMMON_PATHS: readonly string[] = ['/', '/inspect', '/pictures', '/chat'];

export function keepPlace(place: string): void {
  localStorage.setItem(KEY, place);
}

export function keptPlace(): string | undefined {
  const place = localStorage.getItem(KEY) ?? '';
  const isKnown = PAGE_PATHS.some((path) => path === pathOf(place));
  return isKnown && pathOf(place) !== '/join' ? place : undefined;
}

export function pathOf(place: string): string {
  return place.replace(/[?#].*$/, '');
}

/** Whether all of the class can look at this address: a file of one’s own is in one page only. */
export function canLead(place: string): boolean {
  const query = /\?([^#]*)/.exec(place)?.[1] ?? '';
  return (
    COMMON_PATHS.includes(pathOf(place)) &&
    namedIn(query)?.kind !== 'file' &&
    place.length <= CLASS_CAPS.place
  );
}
