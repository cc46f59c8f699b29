/** Flows and records as lines for a person. */
import { unitsIn } from '#dissect/fields/locate';
import type { Endpoint, FlowSummary, RecordState, WireRecord } from '#dissect/model';
import { showUtf8, toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { peerNames } from './peer-names.ts';
import { leftOutOf, protectionOf } from './protection-text.ts';
import { type Selection, flowsOf, nothingIn, selected, startOf } from '../selection.ts';
import { counted, printable } from '#protocol/shown';
import { type Colors, type Terminal } from '../output/terminal.ts';

const HEX_SHOWN = 24;
const TEXT_SHOWN = 400;
const INDENT = ' '.repeat(12);

export function* listLines(selection: Selection, { colors }: Terminal): Generator<string> {
  const flows = flowsOf(selection);
  if (flows.length === 0) yield nothingIn(selection);
  for (const flow of flows) yield flowLine(flow, colors);
  const start = startOf(flows);
  for (const record of selected(selection)) {
    yield '';
    yield* recordLines(record, start, colors);
  }
}

export function flowLine(flow: FlowSummary, colors: Colors): string {
  const ends = `${place(flow.client)} → ${place(flow.server)}`;
  const what = flow.wire ?? (flow.stack.join(' ◄ ') || 'nothing said');
  const closed =
    flow.sealed === 0
      ? ''
      : colors.yellow(
          `  ${counted(flow.sealed, 'sealed record')} ${flow.sealed === 1 ? 'stays' : 'stay'} closed`,
        );
  const leftOut = leftOutOf(flow);
  const left = leftOut === undefined ? '' : colors.yellow(`  ${leftOut}`);
  return `${colors.bold(`flow ${flow.id}`)}  ${what}  ${ends}  ${colors.dim(printable(protectionOf(flow)))}  ${flow.state}${closed}${left}`;
}

/** A line with the summary, one with the wire bytes, and one for each unit inside. */
function recordLines(record: WireRecord, start: number, colors: Colors): string[] {
  const seconds = ((record.time - start) / 1000).toFixed(6).padStart(10);
  const arrow = record.dir === 'c2s' ? colors.cyan('→') : colors.magenta('←');
  const state = stateColor(record.state, colors)(record.state);
  const size = colors.dim(`${record.proto}, ${counted(record.raw.length, 'byte')}`);
  const head = `${seconds}  ${colors.dim(`#${record.flow}`)} ${arrow} ${colors.bold(printable(record.title))}  ${state}  ${size}`;
  const why = record.reason === '' ? [] : [`${INDENT}${colors.yellow(printable(record.reason))}`];
  return [head, `${INDENT}${colors.dim(hexLine(record.raw))}`, ...why, ...contentLines(record, colors)];
}

/** What the units inside say, a line for each. */
export function contentLines(record: WireRecord, colors: Colors): string[] {
  const own = record.proto === 'frame' ? payloadOf(record.fields) : [];
  const inside = unitsIn(record).flatMap(({ unit }) => {
    const reason = unit.reason === '' ? [] : [colors.yellow(printable(unit.reason))];
    const text = unit.proto === 'frame' ? payloadOf(unit.fields) : peerNames(unit).map(short);
    return [...text, ...reason];
  });
  // Bytes of an unknown protocol may still be text. A psk record without a frame contains a part of one, or an alert.
  const content = record.proto === 'unknown' ? record.raw : record.proto === 'tls' ? record.plain : undefined;
  const opaque = record.inner.length === 0 && content ? [short(showUtf8(content))] : [];
  return [...own, ...inside, ...opaque].map((line) => `${INDENT}${colors.green(line)}`);
}

function payloadOf(fields: readonly Field[]): string[] {
  const payload = fields.find((field) => field.name === 'payload');
  return payload ? [short(String(payload.value))] : [];
}

/** The first bytes, two digits each. */
export function hexLine(bytes: Uint8Array): string {
  const shown = toHex(bytes.subarray(0, HEX_SHOWN)).replace(/(..)(?=.)/g, '$1 ');
  return bytes.length > HEX_SHOWN ? `${shown} …` : shown;
}

function short(text: string): string {
  const shown = text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)} …` : text;
  return printable(shown);
}

export function stateColor(state: RecordState, colors: Colors): (text: string) => string {
  switch (state) {
    case 'opened':
    case 'was-sealed':
      return colors.green;
    case 'clear':
      return colors.blue;
    case 'no-key':
      return colors.dim;
    case 'wrong-key':
    case 'malformed':
      return colors.red;
  }
}

function place({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
