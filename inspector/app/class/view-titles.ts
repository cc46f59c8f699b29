/** What the views are called, as the router knows it: the table of the views leads here, and so this cannot lead there. */
import { useRouter } from 'vue-router';
import { docsTitle } from './lesson-words.ts';
import { pathOf } from './places.ts';

/** For the calling component: the title of the view or the page of the docs at an address, or nothing. */
export function useViewTitles(): (place: string) => string {
  const router = useRouter();
  const titles = new Map(
    router
      .getRoutes()
      .map(({ path, meta }) => [path, typeof meta['title'] === 'string' ? meta['title'] : '']),
  );
  return (place) => titles.get(pathOf(place)) ?? docsTitle(pathOf(place));
}
