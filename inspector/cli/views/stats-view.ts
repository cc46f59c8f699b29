/** `--stats` as tables for a person. */
import { FlowCounts } from './flow-counts.ts';
import { leftOutOf, protectionOf } from './protection-text.ts';
import { type Selection, nothingIn } from '../selection.ts';
import { type Counted, figuresOf, nameOf, segmentsOfAll, total } from './stats-objects.ts';
import { formatNumber as number } from '#protocol/amounts';
import { counted, printable } from '#protocol/shown';
import { type Colors, type Terminal, columnsOf, pad, wrap } from '../output/terminal.ts';
import type { SizeClass, Stats } from './traffic-stats.ts';

interface Row {
  readonly name: string;
  readonly what: string;
  readonly segments: number;
  readonly stats: Stats;
}

/** `counts` may have begun while the file was read. */
export function* statsLines(
  selection: Selection,
  file: Counted,
  { colors, width }: Terminal,
  counts = new FlowCounts(selection),
): Generator<string> {
  const figures = figuresOf(selection, counts);
  if (figures.length === 0) {
    yield nothingIn(selection);
    yield* fileLines(file);
    return;
  }
  const rows = figures.map(({ flow, segments, counter }) => ({
    name: String(flow.id),
    what: nameOf(flow),
    segments,
    stats: counter.stats(flow),
  }));
  const all = total(figures);
  const last = { name: 'all', what: '', segments: segmentsOfAll(figures), stats: all };
  yield* trafficTable(rows.length > 1 ? [...rows, last] : rows, colors);
  yield '';
  yield* kindsTable(rows, colors);
  yield '';
  for (const { flow } of figures) {
    yield `flow ${flow.id}: ${protectionOf(flow)}`;
    const leftOut = leftOutOf(flow);
    if (leftOut !== undefined) yield `flow ${flow.id}: ${leftOut}`;
  }
  yield* wrap(sizesInWords(all.sizes), width);
  if (all.plain === null)
    yield 'Some records stay closed: how many bytes they carry for the application is unknown.';
  yield* fileLines(file);
}

/** What happened to the packets of the file, and to the bytes in them. */
function* fileLines({ packets, skipped, payload }: Counted): Generator<string> {
  yield `${counted(packets, 'packet')} in the file.`;
  for (const { reason, count: times } of skipped) yield `Not read: ${number(times)} × ${reason}.`;
  const held = `TCP carried ${counted(payload.bytes, 'byte')} in them`;
  if (payload.bytes === 0) yield 'TCP carried nothing in them.';
  else
    yield payload.unread.length === 0
      ? `${held}, all of which were read.`
      : `${held}, of which ${number(payload.delivered)} ${payload.delivered === 1 ? 'was' : 'were'} read.`;
  for (const { reason, bytes } of payload.unread) yield `Not read: ${counted(bytes, 'byte')} ${reason}.`;
  if (payload.missing > 0)
    yield `Missing: ${counted(payload.missing, 'byte')} crossed and ${payload.missing === 1 ? 'is' : 'are'} not in the file.`;
}

function trafficTable(rows: readonly Row[], colors: Colors): string[] {
  const head = [
    'flow',
    'what',
    'seconds',
    'segments',
    'to server',
    'to client',
    'records',
    'closed',
    'wire/plain',
  ];
  return tableLines(head, [0, 1], colors, [
    ...rows.map(({ name, what, segments, stats: { duration, bytes, records, sealed, overhead } }) => [
      name,
      what,
      (duration / 1000).toFixed(3),
      number(segments),
      number(bytes.c2s),
      number(bytes.s2c),
      number(records),
      number(sealed),
      overhead === null ? '?' : overhead.toFixed(2),
    ]),
  ]);
}

function kindsTable(rows: readonly Row[], colors: Colors): string[] {
  const kinds = rows.flatMap(({ name, stats }) => stats.kinds.map((kind) => ({ name, ...kind })));
  return tableLines(
    ['flow', '', 'protocol', 'type', 'state', 'records', 'bytes'],
    [0, 1, 2, 3, 4],
    colors,
    kinds.map(({ name, dir, proto, type, state, records, bytes }) => [
      name,
      dir === 'c2s' ? '→' : '←',
      proto,
      printable(type),
      state,
      number(records),
      number(bytes),
    ]),
  );
}

/** Columns without borders; those in `left` are aligned left, the others are numbers. */
function tableLines(
  head: readonly string[],
  left: readonly number[],
  colors: Colors,
  rows: readonly (readonly string[])[],
): string[] {
  const widths = head.map(columnsOf);
  for (const row of rows)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, columnsOf(cell))));
  const line = (cells: readonly string[], paint = (cell: string) => cell): string =>
    cells
      .map((cell, at) => {
        const blank = pad('', (widths[at] ?? 0) - columnsOf(cell));
        return left.includes(at) ? paint(cell) + blank : blank + paint(cell);
      })
      .join('  ')
      .trimEnd();
  return [line(head, colors.bold), ...rows.map((row) => line(row))];
}

function sizesInWords(sizes: readonly SizeClass[]): string {
  const parts = sizes.map(({ from, to, records }) => {
    const range =
      to === null
        ? `over ${number(from - 1)}`
        : from === 0
          ? `up to ${number(to)}`
          : `${number(from)} to ${number(to)}`;
    return `${number(records)} of ${range} bytes`;
  });
  return `Sizes of the records on the wire: ${parts.join(', ') || 'there are none'}.`;
}
