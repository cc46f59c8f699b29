/** Where the palette's rows come from. */
import * as v from 'valibot';
import { clock } from '../model/format.ts';
import { formatInspectRoute, parseInspectRoute } from '../inspect/inspect-route.ts';
import type { Entry } from '../model/palette.ts';
import { formatRoute, parseRoute } from '../model/route.ts';
import type { RecentRecord } from '../reading/recent.ts';
import { VIEWS } from './views.ts';

export function viewEntries(): Entry[] {
  const views = VIEWS.map(({ path, title, purpose }): Entry => {
    return { id: `view ${path}`, kind: 'View', title, note: purpose, target: { to: path } };
  });
  const docs = { title: 'Docs', note: 'Guide, labs, concepts and reference' };
  return [...views, { id: 'view docs', kind: 'View', ...docs, target: { href: '/docs/' } }];
}

export function recordEntries(records: readonly RecentRecord[]): Entry[] {
  return records.map(({ wire, flow, index, time, state, title, text, frames }) => ({
    // Its state counts: with the keys, it is found by what it says.
    id: `record ${flow}.${index} ${state}`,
    kind: 'Record',
    title: text === undefined ? title : `${title}: ${text}`,
    note: `${wire}, #${flow}.${index}, ${clock(time)}`,
    words: [`${flow}.${index}`, wire, ...frames].join(' '),
    target: { to: `/inspect${formatInspectRoute({ ...parseInspectRoute(''), record: { flow, index } })}` },
  }));
}

/** Names of fields, each with the filter for it. `place`: the address of the records, whose wire it keeps. */
export async function fieldEntries(place: string): Promise<Entry[]> {
  const { KNOWN_NAMES } = await import('#dissect/filter/known');
  const shown = parseRoute(place.replace(/^[^#]*/, ''));
  return KNOWN_NAMES.map(({ path, note }) => ({
    id: `field ${path}`,
    kind: 'Field',
    title: path,
    note,
    target: { to: `/${formatRoute({ ...shown, record: undefined, filter: path })}` },
  }));
}

const DOCS_INDEX = v.array(
  v.object({
    path: v.string(),
    title: v.string(),
    sections: v.array(v.tuple([v.string(), v.string()])),
  }),
);

/** The pages of the docs and their sections; none where they are not built. */
export async function docsEntries(): Promise<Entry[]> {
  const response = await fetch('/docs/pages.json').catch(() => undefined);
  const read = v.safeParse(DOCS_INDEX, response?.ok ? await response.json().catch(() => undefined) : []);
  if (!read.success) return [];
  return read.output.flatMap(({ path, title, sections }) => {
    const page: Entry = {
      id: `docs ${path}`,
      kind: 'Page of the docs',
      title,
      note: folderOf(path),
      target: { href: `/docs/${path}` },
    };
    const parts = sections.map(([anchor, heading]): Entry => {
      const address = `${path}#${anchor}`;
      return {
        ...page,
        id: `docs ${address}`,
        title: heading,
        note: title,
        target: { href: `/docs/${address}` },
      };
    });
    return [page, ...parts];
  });
}

function folderOf(path: string): string {
  const [folder = ''] = path.split('/');
  return path.includes('/') ? `${folder.charAt(0).toUpperCase()}${folder.slice(1)}` : 'Docs';
}
