/** What `docs/reference/inspect.md` takes from the code: the shape of the JSON, and samples of every mode. */
import type { GenericSchema } from 'valibot';
import { Carriers } from '#inspector-cli/views/carriers';
import { followLines } from '#inspector-cli/views/follow-view';
import { SHAPES } from '#inspector-cli/views/json-shape';
import { recordObject } from '#inspector-cli/views/record-object';
import { listLines } from '#inspector-cli/views/record-text';
import { scheduleLines } from '#inspector-cli/views/schedule-view';
import { statsLines } from '#inspector-cli/views/stats-view';
import { PLAIN } from '#inspector-cli/output/terminal';
import { treeLines } from '#inspector-cli/views/tree-view';
import type { CaptureReport } from '#dissect/capture/report';
import { Dissection } from '#dissect/index';
import type { WireRecord } from '#dissect/model';
import { readCapture } from '#dissect/capture/read';
import { writePcapng } from '#dissect/capture/write';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { throughJson } from '../support/programs/json.ts';
import { pskConversation } from '../support/flows/psk-conversation.ts';
import { flowOf } from '../support/captures/views.ts';

/** The conversation of the samples, read through a capture file. */
function sample(keys = true): { dissection: Dissection; report: CaptureReport } {
  const say = encodeFrame(encodeMessage({ type: 'say', text: 'hello' }));
  const pong = encodeFrame(encodeMessage({ type: 'pong' }));
  const { events, ...report } = readCapture(writePcapng(pskConversation({ c2s: [say], s2c: [pong] })));
  const dissection = new Dissection({ keys });
  dissection.addAll(events);
  return { dissection, report };
}

export const INSPECT_SAMPLES: Readonly<Record<string, () => string>> = {
  'inspect-list': () => lines(listLines(sample(), PLAIN)),
  'inspect-eve': () => lastPart(listLines(sample(false), PLAIN)),
  'inspect-tree': () => blocks(treeLines(sample(), { ...PLAIN, notes: false })).at(4) ?? '',
  'inspect-follow': () => lines(followLines(sample(), 1, PLAIN)),
  'inspect-keyschedule': () =>
    blocks(scheduleLines(sample(), { ...PLAIN, notes: false })).find((block) => block.includes('✓')) ?? '',
  'inspect-stats': () => {
    const { dissection, report } = sample();
    return lines(statsLines({ dissection }, report, PLAIN));
  },
  'inspect-json': () => {
    const { dissection } = sample();
    const record = dissection.records(1)[3] as WireRecord;
    const flow = { ...flowOf(dissection, record), wire: 'psk' as const };
    const object = recordObject(record, flow, new Carriers(dissection).of(record));
    return JSON.stringify(throughJson({ ...object, fields: ['…'], inner: ['…'] }), null, 2);
  },
};

export const INSPECT_SHAPES: Readonly<Record<string, readonly (readonly string[])[]>> = Object.fromEntries(
  Object.entries(SHAPES).map(([name, schema]) => [`inspect-json-${name}`, shapeRows(schema)]),
);

interface Schema {
  readonly type: string;
  readonly pipe?: readonly Schema[];
  readonly wrapped?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly options?: readonly (string | Schema)[];
  readonly literal?: unknown;
  readonly description?: string;
  readonly title?: string;
}

/** Name, value, whether it is always there, and what it is. */
function shapeRows(schema: GenericSchema): string[][] {
  const { entries = {} } = schema as unknown as Schema;
  return Object.entries(entries).map(([name, entry]) => {
    const optional = entry.type === 'optional';
    const inside = optional && entry.wrapped ? entry.wrapped : entry;
    const note = parts(inside).findLast(({ type }) => type === 'description')?.description;
    if (note === undefined) throw new Error(`${name} has no description`);
    return [`\`${name}\``, wordOf(inside), optional ? '' : 'yes', note];
  });
}

/** A schema's own parts, including those of nested pipes. */
function parts(schema: Schema): Schema[] {
  return (schema.pipe ?? []).flatMap((part) => (part.pipe && part !== schema ? parts(part) : [part]));
}

function wordOf(schema: Schema): string {
  const title = parts(schema).find(({ type }) => type === 'title')?.title;
  if (title !== undefined) return title;
  switch (schema.type) {
    case 'picklist':
      return (schema.options ?? []).map((option) => `\`${option as string}\``).join(', ');
    case 'literal':
      return `\`${String(schema.literal)}\``;
    case 'nullable':
      return `${schema.wrapped ? wordOf(schema.wrapped) : ''} or null`;
    case 'union':
      return (schema.options ?? []).map((option) => (option as Schema).type).join(', ');
    case 'array':
      return 'list';
    case 'strict_object':
      return 'object';
    default:
      return schema.type;
  }
}

function lines(all: Iterable<string>): string {
  return [...all].join('\n');
}

/** The text between empty lines. */
function blocks(all: Iterable<string>): string[] {
  return lines(all).split('\n\n');
}

function lastPart(all: Iterable<string>): string {
  return blocks(all).slice(4, 5).join('\n\n');
}
