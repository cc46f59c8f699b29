/** Makes fields of DER nodes. A fault in one part leaves the other parts readable. */
import { toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { type FieldSpec, faultField, fieldOf } from '../fields/dictionary.ts';
import { Misfit, type Reading } from '../fields/field-reader.ts';
import { showBytes } from '../fields/show.ts';
import { type DerNode, TAG, contentBytes, isUniversal, parseDer } from './der.ts';

/** Collects what does not fit, in the order of reading. */
export type Faults = string[];

/** Children kept of one part; lists of alternative names are the longest ones. */
const MAX_CHILDREN = 512;

export function nodeField(
  spec: FieldSpec,
  { start, end }: Pick<DerNode, 'start' | 'end'>,
  value: Field['value'],
  extras?: Parameters<typeof fieldOf>[3],
): Field {
  return fieldOf(spec, value, [start, end], extras);
}

/** Content of a node in hex. */
export function hexField(spec: FieldSpec, node: DerNode): Field {
  return nodeField(spec, node, showBytes(contentBytes(node)));
}

/** A bit string in hex, without the byte that says how many bits of the last one are unused. */
export function bitsField(spec: FieldSpec, node: DerNode): Field {
  return nodeField(spec, node, showBytes(contentBytes(node).subarray(1)));
}

/**
 * A non-negative integer: a number where it is exact, otherwise hex without the zero that keeps it positive.
 */
export function integerField(spec: FieldSpec, node: DerNode): Field {
  const bytes = integerBytes(node);
  if (spec.kind !== 'number') return nodeField(spec, node, showBytes(bytes));
  const exact = bytes.length <= 6 ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
  return nodeField(spec, node, exact ?? `0x${toHex(bytes)}`);
}

export function integerBytes(node: DerNode): Uint8Array {
  if (!isUniversal(node, TAG.integer)) throw new Misfit('an integer is expected');
  const bytes = contentBytes(node);
  return bytes.length > 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

/**
 * A part with children. `read` fills them in and gives the text that sums them up; where it stops with a
 * `Misfit`, what was read stays and the reason follows it.
 */
export function partField(
  spec: FieldSpec,
  range: Pick<DerNode, 'start' | 'end'>,
  faults: Faults,
  read: (children: Field[]) => Field['value'],
): Field {
  const children: Field[] = [];
  const value = attempt(spec.source, range, { faults, children }, read);
  return nodeField(spec, range, String(value ?? ''), { children: capped(children, spec) });
}

/**
 * Reads the one DER value from `start` to before `end` with `read`, which returns the text that sums it up.
 * Never throws.
 */
export function readDer(
  source: string,
  [all, start, end]: readonly [bytes: Uint8Array, start: number, end: number],
  read: (node: DerNode, children: Field[], faults: Faults) => string,
): Reading {
  const faults: Faults = [];
  const fields: Field[] = [];
  const value = attempt(source, { start, end }, { faults, children: fields }, () =>
    read(parseDer(all, start, end), fields, faults),
  );
  const [fault] = faults;
  return { fields, value: value ?? '', ...(fault === undefined ? {} : { fault }) };
}

/** The same for a value without a field of its own around it. */
export function attempt<T>(
  source: string,
  { start, end }: Pick<DerNode, 'start' | 'end'>,
  { faults, children }: { readonly faults: Faults; readonly children: Field[] },
  read: (children: Field[]) => T,
): T | undefined {
  try {
    return read(children);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    faults.push(error.message);
    children.push(faultField(error.message, [Math.max(start, children.at(-1)?.end ?? start), end], source));
    return undefined;
  }
}

function capped(children: readonly Field[], { source }: FieldSpec): readonly Field[] {
  if (children.length <= MAX_CHILDREN) return children;
  const [first, last] = [children[MAX_CHILDREN] as Field, children.at(-1) as Field];
  const more: FieldSpec = { name: 'more', note: 'Too many to show one by one.', source, kind: 'text' };
  return [
    ...children.slice(0, MAX_CHILDREN),
    fieldOf(more, '…', [first.start, Math.max(first.end, last.end)]),
  ];
}
