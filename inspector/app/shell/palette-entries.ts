/** Where the palette's rows come from. */
import * as v from 'valibot';
import { type CaptureName, addressWith } from '../captures/capture-address.ts';
import { clock } from '../model/format.ts';
import { formatInspectRoute, parseInspectRoute } from '../inspect/inspect-route.ts';
import type { Entry } from '../model/palette.ts';
import { ROLES, ROLE_TEXTS } from '../model/roles.ts';
import { hashOf, partsIn, roleIn, rolePart } from '../model/route.ts';
import type { RecentRecord } from '../reading/recent.ts';
import type { View } from './views.ts';

/** Views whose records can be filtered. */
export const RECORD_VIEWS: readonly string[] = ['/', '/inspect'];
/** Views that show what different people see. */
export const ROLE_VIEWS: readonly string[] = [...RECORD_VIEWS, '/pictures'];

/** `places`: the last address of each view, which the way back leads to. `capture`: the one that is open. */
export function viewEntries(
  shown: readonly View[],
  places: ReadonlyMap<string, string>,
  capture: CaptureName | undefined,
): Entry[] {
  const views = shown.map(({ path, title, purpose }): Entry => {
    const to = addressWith(places.get(path) ?? path, capture);
    return { id: `view ${path}`, kind: 'View', title, note: purpose, target: { to } };
  });
  const docs = { title: 'Docs', note: 'Guide, labs, concepts and reference' };
  return [...views, { id: 'view docs', kind: 'View', ...docs, target: { href: '/docs/' } }];
}

/** `capture`: the one whose records they are. */
export function recordEntries(records: readonly RecentRecord[], capture: CaptureName | undefined): Entry[] {
  const place = addressWith('/inspect', capture);
  return records.map(({ wire, flow, index, time, state, title, text, frames }) => ({
    // Its state counts: with the keys, it is found by what it says.
    id: `record ${flow}.${index} ${state}`,
    kind: 'Record',
    title: text === undefined ? title : `${title}: ${text}`,
    note: `${wire}, #${flow}.${index}, ${clock(time)}`,
    words: [`${flow}.${index}`, wire, ...frames].join(' '),
    target: { to: `${place}${formatInspectRoute({ ...parseInspectRoute(''), record: { flow, index } })}` },
  }));
}

/** Other eyes for a view. `place`: its address, the rest of which stays. */
export function roleEntries(place: string): Entry[] {
  const shown = roleIn(partsIn(place.replace(/^[^#]*/, '')));
  const roles = ROLES.filter(
    (role) => role !== shown && !(role === 'server' && place.startsWith('/pictures')),
  );
  return roles.map((role) => ({
    id: `action as ${role}`,
    kind: 'Action',
    title: `Look ${ROLE_TEXTS[role].spoken}`,
    note: '',
    words: 'eavesdropper secrets role',
    target: { to: changed(place, { eve: undefined, role: undefined, ...rolePart(role) }) },
  }));
}

/** Names of fields, each with the filter for it. `place`: the address of the records, the rest of which stays. */
export async function fieldEntries(place: string): Promise<Entry[]> {
  const { KNOWN_NAMES } = await import('#dissect/filter/known');
  return KNOWN_NAMES.map(({ path, note }) => ({
    id: `field ${path}`,
    kind: 'Field',
    title: path,
    note,
    target: { to: changed(place, { record: undefined, filter: path }) },
  }));
}

/** The address with other values in its hash. */
function changed(place: string, values: Readonly<Record<string, string | undefined>>): string {
  const [before = '', hash = ''] = place.split('#');
  const parts = new Map<string, string | undefined>(partsIn(hash));
  for (const [name, value] of Object.entries(values)) parts.set(name, value);
  return before + hashOf([...parts]);
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
