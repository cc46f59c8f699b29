/** What a person may have meant whose search finds nothing. */
import { KNOWN_NAMES, nearest } from '#dissect/filter/index';

/** How many hints are offered at a time. */
const MOST = 3;

/** Words that people use for the names of the filter language. */
const SYNONYMS: Readonly<Record<string, string>> = {
  size: 'len',
  length: 'len',
  bytes: 'len',
  direction: 'dir',
  connection: 'flow',
  stream: 'flow',
  protocol: 'proto',
  type: 'msg.type',
  message: 'msg.text',
  text: 'msg.text',
  sender: 'msg.from',
  from: 'msg.from',
  user: 'msg.from',
  name: 'msg.name',
  password: 'msg.password',
};

const NAMES = KNOWN_NAMES.filter(({ kind }) => kind !== 'group').map(({ path }) => path);
/** Values of fields, which are what the records of a handshake are called. */
const VALUES = [...new Set(KNOWN_NAMES.flatMap(({ values }) => values ?? []))];
const COMPARISON = /^([A-Za-z_][\w.]*)\s*(==|!=|<=|>=|<|>|=|contains|matches)\s*(\S.*)$/;

/** Other texts for the search box, the most likely first. `titles` are those of the records in the list. */
export function hintsFor(text: string, titles: Iterable<string>): string[] {
  const given = text.trim();
  if (given === '') return [];
  const comparison = COMPARISON.exec(given);
  const found = comparison ? comparisons(comparison) : words(given, titles);
  return [...new Set(found)].filter((hint) => hint !== given).slice(0, MOST);
}

/** For texts such as `size>500`, which is not a filter because no name is `size`. */
function comparisons([, name = '', operator = '', value = '']: readonly string[]): string[] {
  const meant = SYNONYMS[name.toLowerCase()];
  const names = meant === undefined ? nearest(name, NAMES) : [meant];
  const sign = operator === '=' ? '==' : operator;
  const literal = /^(?:["\d]|[a-z][\w+-]*$)/i.test(value) ? value : `"${value.replace(/"/g, '')}"`;
  return names.map((known) => `${known} ${sign} ${literal}`);
}

/** For texts such as `client hello`, which differs from the title of a record only by the sign between the words. */
function words(text: string, titles: Iterable<string>): string[] {
  const known = [...new Set([...[...titles].flatMap((title) => title.split(', ')), ...VALUES])];
  const joined = text.toLowerCase().replace(/[\s-]+/g, '_');
  const inside = known.filter((name) => name.toLowerCase().includes(joined));
  return [...inside, ...nearest(joined, known)];
}
