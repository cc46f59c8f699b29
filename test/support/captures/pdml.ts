/** What tshark shows of our protocols in PDML, its XML with the place of every field. */
import { wiresharkFields } from '#wireshark/fields';

/** A field as both tools show it; the range counts from the beginning of its unit. */
export interface Shown {
  readonly path: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The kind of each field of our dissector, by its path. */
export const KINDS = new Map(wiresharkFields().map(({ path, kind }) => [path, kind]));

/** Fields of each unit in tshark's PDML, with the number of its connection: one element on a line, ranges made relative to their unit. */
export function unitsOfPdml(
  lines: readonly string[],
): { readonly stream: number; readonly shown: Shown[] }[] {
  const units: { stream: number; shown: Shown[] }[] = [];
  let begin: number | undefined;
  let stream = -1;
  for (const line of lines) {
    const { name, show, value, pos, size } = attributes(line);
    if (name === 'tcp.stream') stream = Number(show);
    if (line.includes('<proto ')) {
      begin = name === 'wireglass' ? Number(pos) : undefined;
      if (begin !== undefined) units.push({ stream, shown: [] });
    }
    const path = name.replace(/^wireglass\./, '');
    if (begin === undefined || path === name || !KINDS.has(path)) continue;
    const start = Number(pos) - begin;
    units
      .at(-1)
      ?.shown.push({ path, value: shownValue(path, show, value), start, end: start + Number(size) });
  }
  return units;
}

interface Attributes extends Readonly<Record<string, string>> {
  readonly name: string;
  readonly show: string;
  readonly value: string;
}

function attributes(line: string): Attributes {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  const text = (escaped: string): string =>
    escaped
      .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
  const pairs = [...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [
    name,
    text(value),
  ]);
  return { name: '', show: '', value: '', ...Object.fromEntries(pairs) };
}

/** As the inspector would write it. */
function shownValue(path: string, show: string, value: string): string {
  const kind = KINDS.get(path);
  if (kind === 'bytes')
    return value.length <= 2_048 ? value : `${value.slice(0, 2_048)}… (${value.length / 2} bytes)`;
  if (kind === 'bool') return String(show === '1' || show === 'True');
  return show;
}
