/**
 * The pages of measured figures are files that `npm run bench` writes. What they say besides what was measured is what the
 * bench would say today, and each ratio follows from the figures beside it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dissectionReport } from '../../bench/dissection/report.ts';
import { pageReport } from '../../bench/page/report.ts';
import { machine } from '../../bench/figures.ts';
import { JOINING, SIZES, joinsReport } from '../../bench/joins/report.ts';
import { report } from '../../bench/report.ts';
import { ROOT } from '../sources.ts';

const read = (name: string): string => readFileSync(join(ROOT, `docs/reference/${name}.md`), 'utf8');

/** A page without its figures, its tables and its machine. */
function wordsOf(page: string): string {
  return page
    .replace(/^\|.*\n/gm, '')
    .replace(/Node v.*? cores \(.*?\)/s, 'Node')
    .replace(/\(rounds: [^)]*\)/, '(rounds)')
    .replace(/TLS_\w+/g, 'SUITE')
    .replace(/\d[\d,.]*(?<![,.])/g, '0')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The numbers that a page says about how it is measured: the bench's own, not what it has measured. */
function method(page: string): string {
  return (page.split('## How it is measured')[1] ?? '').replace(/\s+/g, ' ').trim();
}

const outcome = { records: 1, bytes: 1, seconds: 1, bytesPerRecord: 1, opened: 1 };
const many = <T>(value: T): T[] => [value];

const WRITTEN = {
  performance: () =>
    report({ throughput: new Map(), latency: new Map(), sealing: many(1) }, { rounds: 1, seconds: 1 }),
  'performance-joins': () => joinsReport({ joins: new Map(), returns: many(1) }, { rounds: 1, sizes: SIZES }),
  'performance-dissection': () =>
    dissectionReport({
      rounds: 1,
      suite: 'TLS_AES',
      fileBytes: 1,
      wires: [],
      many: outcome,
      sides: { tshark: { seconds: many(1), opened: 1 }, ours: { seconds: many(1), opened: 1 } },
      inTab: [outcome],
    }),
  'performance-page': () =>
    pageReport({
      records: 1,
      opening: 1,
      scrolling: { list: 1, bare: 1 },
      filtering: { words: 1, expression: 1 },
      rate: 1,
      keys: { quiet: 1, live: 1 },
      tshark: 1,
    }),
} as const;

describe.each(Object.entries(WRITTEN))('the page %s', (name, write) => {
  it('says what the bench says', () => {
    expect(wordsOf(read(name))).toBe(wordsOf(write()));
  });

  it('says how it is measured in the numbers of the bench', () => {
    expect(method(read(name))).toBe(method(write()));
  });
});

it('a machine is told apart from the words around it, whatever its maker writes', () => {
  expect(machine(['Intel(R) Xeon(R) CPU @ 2.70GHz', ''])).toMatch(
    /^Node v[\d.]+, 2 cores \(Intel Xeon CPU @ 2\.70GHz\)$/,
  );
  expect(machine([' '])).toMatch(/, 1 cores \(unknown\)$/);
});

type Table = readonly Readonly<Record<string, string>>[];

/** The tables of a page, with columns of the same name told apart by the column before: `CPU × bare node:net`. */
function tablesOf(page: string): Table[] {
  return [...page.matchAll(/(?:^\|.*\n)+/gm)].map(([text]) => {
    const [head = [], , ...rows] = text
      .trim()
      .split('\n')
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [`${i} ${head[i] ?? ''}`, cell])));
  });
}

const figureIn = (page: string, pattern: RegExp): number => number(pattern.exec(page)?.[1]);
const number = (cell: string | undefined): number => Number((cell ?? '').replaceAll(',', ''));

/** How far a figure may be off because it was rounded: half of its last digit. */
const rounding = (cell: string): number => 0.5 * 10 ** -(cell.split('.')[1]?.length ?? 0);

/** The quotient of two rounded figures must fit the ratio that is shown. */
function mustBeRatio(ratio: string, of: string, to: string): void {
  const [a, b, shown] = [number(of), number(to), number(ratio)];
  const off = rounding(ratio) + (rounding(of) + shown * rounding(to)) / b;
  expect(Math.abs(shown - a / b), `${ratio} of ${of} and ${to}`).toBeLessThanOrEqual(off * 1.001);
}

/** The ratios of a row, each with the figure before it and the server that it is compared with. */
function ratiosIn(
  row: Table[number],
): { readonly head: string; readonly figure: string; readonly to: string }[] {
  const heads = Object.keys(row);
  return heads.flatMap((head, i) => {
    const name = head.replace(/^\d+ /, '');
    if (!name.startsWith('× ')) return [];
    const figure = heads.slice(0, i).findLast((before) => !before.includes('× ')) ?? '';
    return {
      head,
      figure,
      to: name === '× the same, frame-sized' ? 'bare node:tls, frame-sized' : name.slice(2),
    };
  });
}

const cellOf = (row: Table[number] | undefined, head: string): string => row?.[head] ?? '';

describe('the ratios follow from the figures beside them:', () => {
  it('deliveries', () => {
    const tables = tablesOf(read('performance')).filter(([row]) => row?.['0 server'] !== undefined);
    expect(tables).toHaveLength(2);
    let compared = 0;
    for (const [table, row] of tables.flatMap((rows) => rows.map((each) => [rows, each] as const)))
      for (const { head, figure, to } of ratiosIn(row)) {
        const other = table.find((candidate) => candidate['0 server'] === to);
        mustBeRatio(cellOf(row, head), cellOf(row, figure), cellOf(other, figure));
        compared++;
      }
    expect(compared).toBe(2 * 8 * 7);
  });

  it('what sealing costs', () => {
    const page = read('performance');
    const seals = number(/seals ([\d,]+) frames per second/.exec(page)?.[1]);
    const [table = []] = tablesOf(page).filter(([row]) => row?.['0 clients'] !== undefined);
    for (const row of table) {
      const [, plain = '', both = '', ratio = ''] = Object.values(row);
      expect(Math.abs(number(both) - 1 / (1 / number(plain) + 1 / seals))).toBeLessThan(2);
      mustBeRatio(ratio, both, plain);
    }
    expect(table).toHaveLength(2);
  });

  it('joins', () => {
    const [table = []] = tablesOf(read('performance-joins'));
    expect(table).toHaveLength(SIZES.length * JOINING.length);
    for (const [i, row] of table.entries()) {
      const bare = row['0 server']?.startsWith('bare') ? row : table[i + 1];
      mustBeRatio(row['3 × the bare server'] ?? '', row['2 joins/s'] ?? '', bare?.['2 joins/s'] ?? '');
    }
  });

  it('dissection', () => {
    const page = read('performance-dissection');
    const [opened = [], rates = []] = tablesOf(page);
    const reference = cellOf(opened[0], '1 seconds');
    for (const row of opened)
      mustBeRatio(cellOf(row, "2 × tshark's time"), cellOf(row, '1 seconds'), reference);
    // tshark's rate is that of the file: its size by its seconds, of which only two digits are shown.
    const [size, seconds] = [figureIn(page, /A capture of ([\d.]+) MB/), number(reference)];
    for (const row of rates) {
      const [shown, own] = [number(row["4 × tshark's MB/s"]), number(row['3 MB/s'])];
      const off = 0.005 + shown * (0.005 / seconds + 0.05 / size + 0.05 / own);
      expect(Math.abs(shown - (own * seconds) / size)).toBeLessThanOrEqual(off);
    }
    expect(rates).toHaveLength(5);
  });

  it('the inspector', () => {
    const rows = tablesOf(read('performance-page')).flat();
    for (const row of rows) {
      const [measured = '', reference = '', ratio = ''] = Object.values(row).slice(1);
      mustBeRatio(ratio, measured, reference);
    }
    expect(rows).toHaveLength(4);
  });

  it('memory', () => {
    const page = read('performance-dissection');
    const records = figureIn(page, /([\d,]+) records of the psk wire/);
    const total = (records * figureIn(page, /take ([\d,]+) bytes each/)) / 1e6;
    expect(page).toContain(`bytes that crossed the wire: ${total.toFixed(1)} MB.`);
  });

  it('and another figure is noticed', () => {
    expect(() => mustBeRatio('0.34', '1,474', '4,438')).toThrow();
    expect(() => mustBeRatio('0.33', '1,474', '4,438')).not.toThrow();
  });
});
