/** Where the palette's rows come from. */
import * as v from 'valibot';
import type { WireRecord } from '#dissect/model';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { clock } from '../model/format.ts';
import { framesOf, saidIn } from '../model/messages.ts';
import type { Entry } from '../model/palette.ts';
import type { RecordLog } from '../model/record-log.ts';
import { formatRoute, parseRoute } from '../model/route.ts';
import { VIEWS } from './views.ts';

/** Newest records of each wire that are searched: reading the texts of more would keep the keys waiting. */
const RECORDS_OF_A_WIRE = 500;

export function viewEntries(): Entry[] {
  const views = VIEWS.map(({ path, title, purpose }): Entry => {
    return { id: `view ${path}`, kind: 'View', title, note: purpose, target: { to: path } };
  });
  const docs = { title: 'Docs', note: 'Guide, labs, concepts and reference' };
  return [...views, { id: 'view docs', kind: 'View', ...docs, target: { href: '/docs/' } }];
}

export function recordEntries(log: Pick<RecordLog, 'records'>): Entry[] {
  return WIRE_NAMES.flatMap((wire) =>
    log
      .records(wire)
      .slice(-RECORDS_OF_A_WIRE)
      .reverse()
      .map((record) => recordEntry(wire, record)),
  );
}

function recordEntry(wire: WireName, record: WireRecord): Entry {
  const text = saidIn(record)?.text;
  const number = `${record.flow}.${record.index}`;
  const kinds = new Set([record.title, ...framesOf(record).map(({ title }) => title)]);
  return {
    // Its state counts: with the keys, it is found by what it says.
    id: `record ${number} ${record.state}`,
    kind: 'Record',
    title: text === undefined ? record.title : `${record.title}: ${text}`,
    note: `${wire}, #${number}, ${clock(record.time)}`,
    words: [number, wire, ...kinds].join(' '),
    target: { to: `/${formatRoute({ ...parseRoute(''), wire, record })}` },
  };
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
