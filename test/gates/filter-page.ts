/** What the reference of the filter language lists: every name it knows. */
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

/** Too many for a table: a list under a heading for each unit. */
export function nameList(names: readonly KnownName[]): string {
  const listed = names.filter(({ path }) => !REPEATED.test(path));
  const units = listed.filter(({ kind, path }) => kind === 'group' && !path.startsWith('msg.'));
  const longest = (path: string): string | undefined =>
    units
      .map((unit) => unit.path)
      .filter((unit) => path === unit || path.startsWith(`${unit}.`))
      .sort((a, b) => b.length - a.length)[0];
  return units
    .map(({ path: unit }) => {
      const lines = listed
        .filter(({ path }) => longest(path) === unit)
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ path, kind, note }) => `- ${code(path)} (${KIND_WORDS[kind]}): ${plain(note)}`);
      return `### ${code(unit)}\n\n${lines.join('\n')}`;
    })
    .join('\n\n');
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
