/** What the reference of the filter language lists: every name it knows, on pages by protocol. */
import type { KnownName } from '#dissect/filter/index';
import { code, plain, table } from './markdown.ts';

export function nameTable(names: readonly KnownName[]): string {
  return table(
    ['name', 'values', 'what it is'],
    names.map(({ path, kind, note, values, closed }) => [
      code(path),
      closed ? (values ?? []).map(code).join(', ') : KIND_WORDS[kind],
      note,
    ]),
  );
}

/** What has the same fields as something else. */
const REPEATED = /\.certificate_list\.extensions\.|\.compressed_certificate\.certificate_list\./;

/**
 * Each page of fields, and the prefixes of the names on it; the longest prefix of a name decides. A page about everything
 * would be too long to read.
 */
export const FIELD_PAGES: Readonly<Record<string, readonly string[]>> = {
  'fields-chat': ['frame', 'msg', 'bytes'],
  'fields-psk': ['psk'],
  'fields-tls': ['tls'],
  'fields-tls-extensions': ['tls.handshake.extensions'],
  'fields-tls-certificates': [
    'tls.handshake.certificate_list',
    'tls.handshake.certificate_authorities',
    'tls.handshake.response',
    'tls.handshake.raw_public_key',
    'tls.handshake.compressed_certificate',
  ],
};

/** More names than this under one heading are divided by what they are parts of. */
const READABLE = 40;

/** The lists of one page: too many for a table. Throws on a name that is on no page. */
export function nameLists(page: string, names: readonly KnownName[]): string {
  const prefixes = FIELD_PAGES[page] ?? [];
  const here = names.filter(({ path }) => !REPEATED.test(path) && pageOf(path) === page);
  const units = prefixes.flatMap((prefix) => headings(prefix, here));
  return units
    .map((unit) => {
      const lines = here
        .filter(({ path }) => longest(path, units) === unit)
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ path, kind, note }) => `- ${code(path)} (${KIND_WORDS[kind]}): ${plain(note)}`);
      return `## ${code(unit)}\n\n${lines.join('\n')}`;
    })
    .join('\n\n');
}

function pageOf(path: string): string {
  const prefix = longest(path, Object.values(FIELD_PAGES).flat());
  const page = Object.keys(FIELD_PAGES).find((each) => FIELD_PAGES[each]?.includes(prefix ?? ''));
  if (page === undefined) throw new Error(`${path} is on no page of fields`);
  return page;
}

/** The prefix itself, and those of its parts that have parts, as long as there are too many names under one. */
function headings(prefix: string, names: readonly KnownName[]): string[] {
  const inside = names.filter(({ path }) => isUnder(path, prefix));
  if (inside.length === 0) return [];
  if (inside.length <= READABLE) return [prefix];
  const depth = prefix.split('.').length + 1;
  const parts = [...new Set(inside.map(({ path }) => path.split('.').slice(0, depth).join('.')))].sort();
  const divided = parts.filter(
    (part) => part !== prefix && inside.some(({ path }) => path.startsWith(`${part}.`)),
  );
  return [prefix, ...divided.flatMap((part) => headings(part, inside))];
}

function longest(path: string, prefixes: readonly string[]): string | undefined {
  return prefixes.filter((prefix) => isUnder(path, prefix)).sort((a, b) => b.length - a.length)[0];
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`);
}

const KIND_WORDS: Record<KnownName['kind'], string> = {
  number: 'number',
  text: 'text',
  named: 'number or its name',
  bytes: 'bytes',
  flag: 'flag',
  time: 'time',
  group: 'fields inside',
  any: 'several kinds',
};
