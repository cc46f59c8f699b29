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

const CERTIFICATE = 'tls.handshake.certificate_list.certificate';

interface Shape {
  readonly title: string;
  /** A field that is made of it, and parts which are that field's own. */
  readonly example: string;
  readonly own: readonly string[];
}

/** Parts that many fields have: they are listed once, at the end of a page. What may hold another stands first. */
const SHAPES: readonly Shape[] = [
  {
    title: 'A general name',
    example: `${CERTIFICATE}.extensions.subject_alternative_name`,
    own: ['critical', 'oid'],
  },
  { title: 'A distinguished name', example: `${CERTIFICATE}.issuer`, own: [] },
];

/** The lists of one page: too many for a table. Throws on a name that is on no page. */
export function nameLists(page: string, names: readonly KnownName[]): string {
  const prefixes = FIELD_PAGES[page] ?? [];
  const all = names.filter(({ path }) => !REPEATED.test(path) && pageOf(path) === page);
  const { rest, shaped } = withoutShapes(all, names);
  const units = prefixes.flatMap((prefix) => headings(prefix, rest));
  const lists = units.map((unit) => {
    const here = rest.filter(({ path }) => longest(path, units) === unit);
    return `## ${code(unit)}\n\n${linesOf(here, shaped)}`;
  });
  const used = SHAPES.filter((shape) => [...shaped.values()].includes(shape));
  return [...lists, ...used.map((shape) => shapeList(shape, names))].join('\n\n');
}

/** The names that are no part of a shape, and the shape of each field that has one. */
function withoutShapes(names: readonly KnownName[], known: readonly KnownName[]) {
  let rest = [...names];
  const shaped = new Map<string, Shape>();
  for (const shape of SHAPES) {
    const parts = partsOf(shape, known);
    const rows = new Set(rest.map(rowOf));
    const parents = rest
      .map(({ path }) => path)
      .filter((parent) =>
        parts.every((part) => rows.has(rowOf({ ...part, path: `${parent}.${part.path}` }))),
      );
    for (const parent of parents) shaped.set(parent, shape);
    const taken = new Set(parents.flatMap((parent) => parts.map(({ path }) => `${parent}.${path}`)));
    rest = rest.filter(({ path }) => !taken.has(path));
  }
  return { rest, shaped };
}

/** The rows of a shape, with paths that begin at the field that has it. */
function partsOf({ example, own }: Shape, known: readonly KnownName[]): KnownName[] {
  return known
    .filter(({ path }) => path.startsWith(`${example}.`))
    .map((name) => ({ ...name, path: name.path.slice(example.length + 1) }))
    .filter(({ path }) => !own.includes(path));
}

function rowOf({ path, kind, note }: KnownName): string {
  return JSON.stringify([path, kind, note]);
}

function shapeList(shape: Shape, known: readonly KnownName[]): string {
  const { rest, shaped } = withoutShapes(
    partsOf(shape, known),
    known.filter(({ path }) => SHAPES.some(({ example }) => path.startsWith(`${example}.`))),
  );
  return `## ${shape.title}\n\n${linesOf(rest, shaped)}`;
}

function linesOf(names: readonly KnownName[], shaped: ReadonlyMap<string, Shape>): string {
  return [...names]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, kind, note }) => {
      const title = shaped.get(path)?.title;
      const link =
        title === undefined ? '' : ` Its parts are those of [${lowered(title)}](#${anchorOf(title)}).`;
      return `- ${code(path)} (${KIND_WORDS[kind]}): ${plain(note)}${link}`;
    })
    .join('\n');
}

const lowered = (title: string): string => title.toLowerCase();
const anchorOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-');

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
