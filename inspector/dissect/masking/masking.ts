/**
 * Records without the secrets of the messages in them: passwords, tokens, codes. A secret keeps its place and
 * its length, so that ranges stay true; its bytes become asterisks wherever they are in the clear.
 */
import { concat, showUtf8, toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { contentToBytes, rangeAround, type Range } from '../fields/locate.ts';
import type { Direction, Inner, Proto, WireRecord } from '../model.ts';
import { secretPart, secretRanges } from './secret-ranges.ts';
import { showBytes } from '../fields/show.ts';

/** Shown as the value of a secret field. */
export const MASK = '••••••••';

export interface Masked {
  /** The record itself when it holds no secret. */
  readonly record: WireRecord;
  /** How many secrets were masked in it. A part of a message that may hold one counts as one. */
  readonly secrets: number;
}

/**
 * `stack` is that of the record's flow: it tells which protocol the part belongs to that a record ends with and
 * a later one completes.
 */
export function maskRecord(record: WireRecord, stack: readonly Proto[]): Masked {
  const masked = maskUnit(record, record.raw, { dir: record.dir, stack, depth: 0 });
  if (!masked) return { record, secrets: 0 };
  const { bytes: raw, fields, inner, plain, secrets } = masked;
  return { record: { ...record, raw, fields, inner, ...(plain ? { plain } : {}) }, secrets };
}

type Unit = WireRecord | Inner;

interface Context {
  readonly dir: Direction;
  readonly stack: readonly Proto[];
  /** How many units there are around this one. */
  readonly depth: number;
}

/** What becomes of a unit with secrets. */
interface MaskedUnit {
  readonly bytes: Uint8Array;
  /** What was masked in `bytes`. */
  readonly ranges: readonly Range[];
  readonly fields: readonly Field[];
  readonly inner: readonly Inner[];
  readonly plain?: Uint8Array;
  readonly secrets: number;
}

/** `undefined` when nothing in the unit is secret. */
function maskUnit(unit: Unit, bytes: Uint8Array, context: Context): MaskedUnit | undefined {
  if (unit.proto === 'frame') return maskFrame(unit, bytes);
  const inside = unit.inner.map((part) =>
    maskUnit(part, part.bytes, { ...context, depth: context.depth + 1 }),
  );
  const part = secretPart(unit, bytes, context.dir, context.stack[context.depth + 1]);
  const content = unit.inner.flatMap((whole, index) =>
    (inside[index]?.ranges ?? []).map((range) => rangeAround(unit, whole, range)),
  );
  const secrets = inside.reduce((sum, masked) => sum + (masked?.secrets ?? 0), part ? 1 : 0);
  if (secrets === 0) return undefined;
  const inner = unit.inner.map((whole, index) => withMasked(whole, inside[index]));
  return { ...maskContent(unit, bytes, part ? [...content, part] : content), inner, secrets };
}

function withMasked(unit: Inner, masked: MaskedUnit | undefined): Inner {
  if (!masked) return unit;
  const { bytes, fields, inner, plain } = masked;
  return { ...unit, bytes, fields, inner, ...(plain ? { plain } : {}) };
}

function maskFrame(frame: Unit, bytes: Uint8Array): MaskedUnit | undefined {
  const ranges = secretRanges(frame, bytes);
  if (ranges.length === 0) return undefined;
  const starred = withAsterisks(bytes, ranges);
  const fields = frame.fields.map((field) => maskedField(field, starred));
  return { bytes: starred, ranges, fields, inner: [], secrets: ranges.length };
}

function maskedField(field: Field, frame: Uint8Array): Field {
  const { children, ...rest } = field;
  if (field.secret) return { ...rest, value: MASK };
  // The value of the payload is its text.
  const value = field.name === 'payload' ? showUtf8(frame.subarray(field.start, field.end)) : field.value;
  return {
    ...rest,
    value,
    ...(children && { children: children.map((child) => maskedField(child, frame)) }),
  };
}

/**
 * The ranges are relative to the content: to the plain bytes, or to the unit's own bytes where it has no plain
 * ones.
 */
function maskContent(
  unit: Unit,
  bytes: Uint8Array,
  content: readonly Range[],
): Pick<MaskedUnit, 'bytes' | 'ranges' | 'fields' | 'plain'> {
  const { plain } = unit;
  const ranges = content.flatMap((range) => clearRanges(unit, bytes, range));
  const starred = withAsterisks(bytes, ranges);
  const fields =
    ranges.length === 0 ? unit.fields : unit.fields.map((field) => shownAgain(field, bytes, starred));
  return { bytes: starred, ranges, fields, ...(plain ? { plain: withAsterisks(plain, content) } : {}) };
}

/** Where a range of the content is in the clear. Sealed bytes stay as they are: they betray nothing. */
function clearRanges(unit: Unit, bytes: Uint8Array, range: Range): Range[] {
  const ranges = contentToBytes(unit, range);
  if (!unit.plain) return ranges;
  const carried = concat(ranges.map(({ start, end }) => bytes.subarray(start, end)));
  return toHex(carried) === toHex(unit.plain.subarray(Math.max(0, range.start), range.end)) ? ranges : [];
}

/** A field that shows bytes shows the masked ones. */
function shownAgain(field: Field, before: Uint8Array, after: Uint8Array): Field {
  const { start, end, value, children } = field;
  const shown =
    value === showBytes(before.subarray(start, end)) ? showBytes(after.subarray(start, end)) : value;
  return {
    ...field,
    value: shown,
    ...(children && { children: children.map((child) => shownAgain(child, before, after)) }),
  };
}

function withAsterisks(bytes: Uint8Array, ranges: readonly Range[]): Uint8Array {
  if (ranges.length === 0) return bytes;
  const copy = new Uint8Array(bytes);
  for (const { start, end } of ranges) copy.fill(ASTERISK, Math.max(0, start), Math.max(0, end));
  return copy;
}

const ASTERISK = 0x2a;
