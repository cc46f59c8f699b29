/** What was said, found in a record: the frame, the text, and how many bytes each layer added around it. */
import type { Field } from '#protocol/field';
import { byteKindOf } from '#dissect/fields/byte-kinds';
import { UNIT_PREFIX } from '#dissect/fields/paths';
import type { Inner, WireRecord } from '#dissect/model';
import type { Range } from '#dissect/fields/locate';
import { lightOf } from './light.ts';
import { type TreeNode, WIRE_SPACE, viewOf } from '#dissect/record-view';

export interface Said {
  readonly record: WireRecord;
  readonly title: 'say' | 'message';
  /** Name of the author; absent in a `say`, where the server knows it from the connection. */
  readonly from: string | undefined;
  /** Set if the server says that the author was logged in to the account of this name; only in a `message`. */
  readonly account: boolean;
  readonly via: string | undefined;
  readonly text: string;
  /** How many messages the record carries; this is the last one. */
  readonly count: number;
  readonly sizes: Sizes;
  /** The bytes of the text in the record's raw bytes, where they are carried byte for byte. */
  readonly textRanges: readonly Range[];
}

/** Parts that add up to `total`, the bytes of the record on the wire. */
export interface Sizes {
  readonly total: number;
  /** The texts of all messages in the record. */
  readonly text: number;
  /** Length prefixes and JSON around the texts, and whole frames that carry none. */
  readonly frame: number;
  /** What the channel added: headers, tags, padding. */
  readonly channel: number;
  /** The same by what its bytes are for; what is left is sealed. */
  readonly added: { readonly header: number; readonly nonce: number; readonly tag: number };
}

type FrameUnit = Pick<Inner, 'title' | 'fields' | 'bytes' | 'start'>;

/** Frames of a record from the outside in; the record itself on a plain wire. */
export function framesOf(record: WireRecord): FrameUnit[] {
  if (record.proto === 'frame') return [{ ...record, bytes: record.raw, start: 0 }];
  const found: FrameUnit[] = [];
  const visit = (unit: Inner): void => {
    if (unit.proto === 'frame') found.push(unit);
    unit.inner.forEach(visit);
  };
  record.inner.forEach(visit);
  return found;
}

/** Whether a client says something in the record. */
export function saysAnything(record: WireRecord): boolean {
  return framesOf(record).some(({ title }) => title === 'say');
}

/** Whether a client says exactly this in the record. */
export function saysIn(record: WireRecord, text: string): boolean {
  return framesOf(record).some((frame) => frame.title === 'say' && textValue(frame, 'text') === text);
}

/** The last message in this record, or the last with this text if one is given, or `undefined`. */
export function saidIn(record: WireRecord, wanted?: string): Said | undefined {
  const frames = framesOf(record);
  const frame = frames.findLast(
    (each) =>
      (each.title === 'say' || each.title === 'message') &&
      (wanted === undefined || textValue(each, 'text') === wanted),
  );
  if (!frame) return undefined;
  const text = fieldOf(frame, 'text');
  if (typeof text?.value !== 'string') return undefined;
  const texts = frames.flatMap((each) => fieldOf(each, 'text') ?? []);
  return {
    record,
    title: frame.title as Said['title'],
    from: textValue(frame, 'from'),
    account: fieldOf(frame, 'account')?.value === true,
    via: textValue(frame, 'via'),
    text: text.value,
    count: texts.length,
    sizes: sizesOf(
      record,
      frames,
      texts.reduce((sum, { start, end }) => sum + end - start, 0),
    ),
    textRanges: rangesOnWire(record, text.value),
  };
}

/** The name that the server gives the client of this record's connection in it, as far as it can be read. */
export function nameIn(record: WireRecord): string | undefined {
  return framesOf(record)
    .map(nameGiven)
    .findLast((name) => name !== undefined);
}

function nameGiven(frame: FrameUnit): string | undefined {
  if (frame.title === 'joined' || frame.title === 'auth_success') return textValue(frame, 'name');
  // Everybody in the room is told of a new name; it is that of the client itself where this is said.
  const isOwn = frame.title === 'renamed' && fieldOf(frame, 'you')?.value === true;
  return isOwn ? textValue(frame, 'now') : undefined;
}

function sizesOf(record: WireRecord, frames: readonly FrameUnit[], text: number): Sizes {
  const total = record.raw.length;
  // A frame that began in an earlier record counts only with the part in this one.
  const framed = frames.reduce((sum, { bytes, start }) => sum + bytes.length + Math.min(0, start), 0);
  const inFrames = Math.min(framed, total);
  const own = Math.min(text, inFrames);
  return { total, text: own, frame: inFrames - own, channel: total - inFrames, added: addedBy(record) };
}

/** Bytes of the units of a channel, each counted once. */
function addedBy(record: WireRecord): Sizes['added'] {
  const added = { header: 0, nonce: 0, tag: 0 };
  const visit = ({
    proto,
    fields,
    inner,
  }: Pick<Inner, 'fields' | 'inner'> & { readonly proto: string }): void => {
    if (proto !== 'frame') for (const field of fields) count(UNIT_PREFIX[proto as Inner['proto']], field);
    inner.forEach(visit);
  };
  const count = (prefix: string, { name, start, end }: Field): void => {
    const kind = byteKindOf(`${prefix}.${name}`);
    if (kind === 'nonce' || kind === 'tag') added[kind] += end - start;
    else if (kind === 'header' || kind === 'length') added.header += end - start;
  };
  visit(record);
  return added;
}

function fieldOf(frame: FrameUnit, name: string): Field | undefined {
  const payload = frame.fields.find((field) => field.name === 'payload');
  return payload?.children?.find((field) => field.name === name);
}

/** What a frame says in one place. */
export function valueIn(frame: FrameUnit, name: string): Field['value'] | undefined {
  return fieldOf(frame, name)?.value;
}

function textValue(frame: FrameUnit, name: string): string | undefined {
  const value = valueIn(frame, name);
  return typeof value === 'string' ? value : undefined;
}

function rangesOnWire(record: WireRecord, text: string): readonly Range[] {
  const view = viewOf(record);
  const node = lastNode(view.root, (found) => found.name === 'text' && found.value === text);
  return node ? (lightOf(view, node).get(WIRE_SPACE) ?? []) : [];
}

function lastNode(root: TreeNode, fits: (node: TreeNode) => boolean): TreeNode | undefined {
  for (let index = root.children.length - 1; index >= 0; index--) {
    const found = lastNode(root.children[index] as TreeNode, fits);
    if (found) return found;
  }
  return fits(root) ? root : undefined;
}
