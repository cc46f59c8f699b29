/** `--tree`: the layers of each record, each with its own boundaries: segments, record, units inside, fields. */
import { type UnitWithPath, unitsIn, wireRanges } from '#dissect/fields/locate';
import type { Inner, RecordState, WireRecord } from '#dissect/model';
import type { Field } from '#protocol/field';
import { type Carrier, Carriers } from './carriers.ts';
import { flowLine, stateColor } from './record-text.ts';
import { type Selection, flowsOf, nothingIn, selected, startOf } from '../selection.ts';
import { counted, printable } from '#protocol/shown';
import { type Terminal, bytesRange, columnsOf, cut, pad, wrap } from '../output/terminal.ts';

interface Style extends Terminal {
  /** Shows the explanation of each field below it. */
  readonly notes: boolean;
}

const RANGE_COLUMNS = 11;
const MAX_NAME_COLUMNS = 28;
const INDENT = '  ';

export function* treeLines(selection: Selection, style: Style): Generator<string> {
  const flows = flowsOf(selection);
  if (flows.length === 0) yield nothingIn(selection);
  for (const flow of flows) yield flowLine(flow, style.colors);
  const start = startOf(flows);
  const carriers = new Carriers(selection.dissection);
  for (const record of selected(selection)) {
    yield '';
    yield headLine(record, start, style);
    yield* segmentLayer(carriers.of(record), start, style);
    yield* recordLayer(record, style);
    for (const placed of unitsIn(record)) yield* unitLayer(record, placed, style);
    if (record.unfinished) {
      const [bytes, begin] = [
        counted(record.unfinished, 'byte'),
        record.unfinished === 1 ? 'begins' : 'begin',
      ];
      yield `${INDENT}${style.colors.dim(`the last ${bytes} ${begin} a unit that a later record completes`)}`;
    }
  }
}

function headLine(record: WireRecord, start: number, { colors }: Style): string {
  const seconds = secondsSince(start, record.time);
  const arrow = record.dir === 'c2s' ? colors.cyan('→') : colors.magenta('←');
  const state = stateColor(record.state, colors)(record.state);
  const number = colors.dim(`#${record.flow}.${record.index}`);
  return `${number} ${arrow} ${colors.bold(printable(record.title))}  ${state}  ${colors.dim(seconds)}`;
}

function* segmentLayer(carriers: readonly Carrier[], began: number, style: Style): Generator<string> {
  if (carriers.length === 0) return;
  yield heading('segments', counted(carriers.length, 'segment'), style);
  for (const { index, time, offset, length, start, end } of carriers) {
    const place = `${counted(length, 'byte')}: ${bytesRange(offset, offset + length)} of the stream`;
    const text = `segment ${index}  ${place}, ${secondsSince(began, time)}`;
    yield `${INDENT}${INDENT}${style.colors.dim(`${pad(bytesRange(start, end), RANGE_COLUMNS)} ${text}`)}`;
  }
}

function secondsSince(start: number, time: number): string {
  return `${((time - start) / 1000).toFixed(6)} s`;
}

function* recordLayer(record: WireRecord, style: Style): Generator<string> {
  const stream = `${bytesRange(record.offset, record.offset + record.raw.length)} of ${record.dir}`;
  const what = record.proto === 'frame' ? 'frame' : `record ${record.proto}`;
  yield heading(what, `${counted(record.raw.length, 'byte')}: ${stream}`, style);
  yield* reasonLines(record.state, record.reason, style);
  yield* unitFields(record.proto, record.fields, style);
}

function* unitLayer(record: WireRecord, { unit, path }: UnitWithPath, style: Style): Generator<string> {
  const what = unit.proto === 'frame' ? 'frame' : `${unit.proto} ${printable(unit.title)}`;
  yield heading(what, placeOf(record, unit, path), style);
  yield* reasonLines(unit.state, unit.reason, style);
  yield* unitFields(unit.proto, unit.fields, style);
}

/** The position of a unit in the bytes around it, and on the wire if these carry it byte for byte. */
function placeOf(record: WireRecord, unit: Inner, path: readonly Inner[]): string {
  const around = path.length > 1 ? (path.at(-2) as Inner) : record;
  const space = around.plain ? 'plain' : 'record';
  const place =
    unit.start < 0
      ? 'begun in an earlier record'
      : `${space} ${bytesRange(unit.start, unit.start + unit.bytes.length)}`;
  const wire = wireRanges(record, path, 0, unit.bytes.length).map(({ start, end }) => bytesRange(start, end));
  const onWire = space === 'plain' && wire.length > 0 ? `, wire ${wire.join(' and ')}` : '';
  return `${counted(unit.bytes.length, 'byte')}: ${place}${onWire}`;
}

/** The message in a frame is shown as a layer of its own. */
function* unitFields(
  proto: Inner['proto'] | WireRecord['proto'],
  fields: readonly Field[],
  style: Style,
): Generator<string> {
  const message = proto === 'frame' ? fields.find(({ name }) => name === 'payload')?.children : undefined;
  if (!message) {
    yield* fieldLines(fields, style);
    return;
  }
  yield* fieldLines(
    fields.map(({ children: _, ...field }) => field),
    style,
  );
  yield heading('message', 'bytes of the frame', style);
  yield* fieldLines(message, style);
}

function heading(what: string, place: string, { colors }: Style): string {
  return `${INDENT}${colors.bold(what)}  ${colors.dim(place)}`;
}

function* reasonLines(state: RecordState, reason: string, { colors }: Style): Generator<string> {
  if (reason !== '') yield `${INDENT}${INDENT}${stateColor(state, colors)(`${state}: ${printable(reason)}`)}`;
}

function* fieldLines(fields: readonly Field[], style: Style, depth = 0): Generator<string> {
  const widest = Math.max(0, ...fields.map(({ name }) => columnsOf(printable(name))));
  const columns = Math.min(MAX_NAME_COLUMNS, widest);
  for (const field of fields) {
    yield* oneField(field, columns, depth, style);
    yield* fieldLines(field.children ?? [], style, depth + 1);
  }
}

function* oneField(field: Field, columns: number, depth: number, style: Style): Generator<string> {
  const { colors, width, notes } = style;
  const name = cut(printable(field.name), width === undefined ? undefined : MAX_NAME_COLUMNS);
  const range = pad(bytesRange(field.start, field.end), RANGE_COLUMNS);
  const before = `${INDENT}${INDENT}${range} ${INDENT.repeat(depth)}`;
  const room = width === undefined ? undefined : Math.max(8, width - columnsOf(before) - columns - 2);
  const value = cut(printable(`${field.malformed ? '✗ ' : ''}${valueOf(field)}`), room);
  const paint = field.malformed ? colors.red : colors.green;
  yield `${colors.dim(before)}${pad(name, columns, colors.cyan(name))}  ${paint(value)}`.trimEnd();
  if (!notes || field.note === '') return;
  const source = field.source === undefined ? '' : ` (${field.source})`;
  const indent = ' '.repeat(columnsOf(before) + 2);
  const lines = wrap(
    `${field.note}${source}`,
    width === undefined ? undefined : Math.max(20, width - indent.length),
  );
  for (const line of lines) yield `${indent}${colors.dim(line)}`;
}

function valueOf({ value, number }: Field): string {
  const named = number !== undefined && value !== number;
  return named ? `${String(value)} (${number})` : String(value);
}
