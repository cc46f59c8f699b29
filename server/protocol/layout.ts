/**
 * Byte layouts as tables. One table serves the encoder, the decoder, the inspector's fields and the reference
 * page, so they cannot disagree about where a field stands.
 */
import { readUint, showUtf8, toHex, writeUint } from './bytes.ts';
import type { Field } from './field.ts';
import { counted } from './shown.ts';

interface About {
  readonly name: string;
  readonly note: string;
  /** Where it is specified: a section of a page under `docs/reference`, or of an RFC. */
  readonly source: string;
}

export type Part = About &
  (
    | { readonly kind: 'uint'; readonly size: 1 | 2 | 3 | 4 | 8 }
    | { readonly kind: 'bytes'; readonly size: number }
    /**
     * As many bytes as the unsigned integer called `length` (which stands before it) says; `shown` in hex unless they
     * are text.
     */
    | { readonly kind: 'sized'; readonly length: string; readonly shown?: 'text' }
    /** All bytes of the enclosing unit but those of the parts after it, which must have fixed sizes. */
    | { readonly kind: 'rest' }
  );

export type Layout = readonly Part[];

type ValueOf<P extends Part> = P['kind'] extends 'uint' ? number : Uint8Array;
export type Values<L extends Layout> = { [P in L[number] as P['name']]: ValueOf<P> };

export interface Parsed<L extends Layout> {
  readonly values: Values<L>;
  readonly fields: Field[];
  /** One past the last byte that the layout covers. */
  readonly end: number;
}

/** Where and why a layout did not fit. */
export interface Misfit {
  readonly misfit: string;
  readonly at: number;
}

/**
 * Reads `layout` from `bytes` starting at `start`; ranges are relative to `bytes`. Never throws: bytes that end
 * too early give a `Misfit`.
 */
export function parseLayout<const L extends Layout>(
  layout: L,
  bytes: Uint8Array,
  start = 0,
  limit = bytes.length,
): Parsed<L> | Misfit {
  const values: Record<string, number | Uint8Array> = {};
  const fields: Field[] = [];
  let at = start;
  for (const [i, part] of layout.entries()) {
    const size = sizeOf(part, values, limit - at, layout.slice(i + 1));
    if (at + size > limit)
      return { misfit: `${part.name} needs ${counted(size, 'byte')}, ${limit - at} left`, at };
    const value = part.kind === 'uint' ? readUint(bytes, at, size) : bytes.subarray(at, at + size);
    values[part.name] = value;
    fields.push({
      name: part.name,
      value: typeof value === 'number' ? value : shown(part, value),
      start: at,
      end: at + size,
      note: part.note,
      source: part.source,
    });
    at += size;
  }
  return { values: values as Values<L>, fields, end: at };
}

/** Bytes of `values` in the order of `layout`. Throws `RangeError` when a value does not fit its part. */
export function encodeLayout<const L extends Layout>(layout: L, values: Values<L>): Uint8Array<ArrayBuffer> {
  const given = values as Record<string, number | Uint8Array>;
  const sizes = layout.map((part) =>
    part.kind === 'uint' ? part.size : (given[part.name] as Uint8Array).length,
  );
  const out = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  layout.forEach((part, i) => {
    const size = sizes[i] as number;
    if (sizeOf(part, given, size) !== size) throw new RangeError(`${part.name} has ${counted(size, 'byte')}`);
    if (part.kind === 'uint') writeUint(out, at, size, given[part.name] as number);
    else out.set(given[part.name] as Uint8Array, at);
    at += size;
  });
  return out;
}

export function isMisfit(result: object): result is Misfit {
  return 'misfit' in result;
}

function shown(part: Part, bytes: Uint8Array): string {
  return 'shown' in part && part.shown === 'text' ? showUtf8(bytes) : toHex(bytes);
}

/** Bytes of the parts whose size does not depend on any value. */
export function fixedSize(layout: Layout): number {
  return layout.reduce((sum, part) => sum + ('size' in part ? part.size : 0), 0);
}

function sizeOf(
  part: Part,
  values: Record<string, number | Uint8Array>,
  left: number,
  after: Layout = [],
): number {
  switch (part.kind) {
    case 'uint':
    case 'bytes':
      return part.size;
    case 'sized':
      return values[part.length] as number;
    case 'rest':
      return Math.max(0, left - fixedSize(after));
  }
}
