/** `--follow`: the conversation of one flow, as its two sides had it. */
import type { Direction, FlowSummary } from '#dissect/model';
import { fromUtf8, toHex } from '#protocol/bytes';
import { type Said, conversation } from './conversation.ts';
import { flowLine } from './record-text.ts';
import { type Selection, selectedOf } from '../selection.ts';
import { counted, printable } from '#protocol/shown';
import { type Colors, type Terminal, wrap } from '../output/terminal.ts';

const SIDES: Record<
  Direction,
  { readonly prefix: string; readonly color: (colors: Colors) => Colors['cyan'] }
> = {
  c2s: { prefix: 'client → server', color: (colors) => colors.cyan },
  s2c: { prefix: 'server → client', color: (colors) => colors.magenta },
};
const ROW = 16;
/** If more than this share of the characters are control characters, the content is shown as bytes. */
const TEXT_SHARE = 0.1;

/** Throws an `Error` that lists the flows when there is none of this number. */
export function followLines(selection: Selection, id: number, terminal: Terminal): Iterable<string> {
  const flow = selection.dissection.flow(id);
  if (!flow) throw new Error(unknownFlow(id, selection.dissection.flows, terminal));
  return linesOf(selection, flow, terminal);
}

function* linesOf(selection: Selection, flow: FlowSummary, terminal: Terminal): Generator<string> {
  yield flowLine(flow, terminal.colors);
  yield '';
  let empty = true;
  for (const said of conversation(selectedOf(selection, flow))) {
    const { prefix, color } = SIDES[said.dir];
    for (const line of saidLines(said, terminal, prefix.length + 2, color(terminal.colors))) {
      yield `${color(terminal.colors)(prefix)}  ${line}`;
    }
    empty = false;
  }
  if (empty) yield 'Nothing was said.';
}

function* saidLines(
  said: Said,
  { colors, width }: Terminal,
  indent: number,
  color: Colors['cyan'],
): Generator<string> {
  const room = width === undefined ? undefined : width - indent;
  switch (said.kind) {
    case 'message':
      for (const line of wrap(printable(said.text), room)) yield color(line);
      return;
    case 'protocol':
      yield colors.dim(`(${said.proto} ${printable(said.title)}, ${counted(said.length, 'byte')})`);
      return;
    case 'closed':
      yield colors.yellow(`[${counted(said.length, 'byte')}, ${said.state}: ${printable(said.reason)}]`);
      return;
    case 'malformed':
      yield colors.red(`[${counted(said.bytes.length, 'byte')}, malformed: ${printable(said.reason)}]`);
      for (const line of contentLines(said.bytes)) yield colors.red(line);
      return;
    case 'bytes':
      for (const line of contentLines(said.bytes)) yield color(line);
  }
}

/** Text line by line; anything else as a hexdump. */
function contentLines(bytes: Uint8Array): Iterable<string> {
  const text = fromUtf8(bytes);
  if (text === undefined) return hexdump(bytes);
  const odd = text.match(/(?![\t\r\n])\p{Cc}/gu)?.length ?? 0;
  if (odd > text.length * TEXT_SHARE) return hexdump(bytes);
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll('\t', '    ')));
}

/** `00000000  48 65 6c 6c 6f …  |Hello|` */
export function* hexdump(bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = bytes.subarray(at, at + ROW);
    const hex = toHex(row).replace(/(..)(?=.)/g, '$1 ');
    const text = [...row]
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    yield `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(ROW * 3 - 1)}  |${text}|`;
  }
}

function unknownFlow(id: number, flows: readonly FlowSummary[], { colors }: Terminal): string {
  if (flows.length === 0) return `there is no flow ${id}: this file contains no TCP connection`;
  const lines = flows.map((flow) => `  ${flowLine(flow, colors)}`);
  return [`there is no flow ${id}; these are the flows of this file:`, ...lines].join('\n');
}
