/** What a check throws when its requirement is not met, and the comparisons that throw it. */
import { toHex } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import { type FieldRange, type HexDiff, hexDiff } from './hex-diff.ts';
import type { Thrown } from './values.ts';
import { Uncrossable } from './values.ts';

/** One sentence says what happened; the rest is what the learner needs to see it. */
export interface Finding {
  /** What was wrong, in one sentence. */
  readonly what: string;
  readonly expected?: string;
  readonly got?: string;
  readonly diff?: HexDiff;
  /** What the code was given, in words or hex. */
  readonly input?: string;
  /** What the code threw. */
  readonly thrown?: Thrown;
}

export class CheckFailure extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.what);
    this.name = 'CheckFailure';
    this.finding = finding;
  }
}

export function fail(finding: Finding | string): never {
  throw new CheckFailure(typeof finding === 'string' ? { what: finding } : finding);
}

/** Throws when the condition does not hold. */
export function must(holds: boolean, finding: Finding | string): asserts holds {
  if (!holds) fail(finding);
}

export interface Comparison {
  /** What is compared, as in "the first payload". */
  readonly what: string;
  readonly fields?: readonly FieldRange[];
  readonly input?: string;
}

/** Throws unless both are the same bytes. */
export function mustBeBytes(
  got: unknown,
  expected: Uint8Array,
  comparison: Comparison,
): asserts got is Uint8Array {
  const { what, fields, input } = comparison;
  const about = { ...(input !== undefined && { input }) };
  if (!(got instanceof Uint8Array))
    fail({
      ...about,
      what: `${what} is not bytes`,
      expected: inHex(expected),
      got: describe(got),
    });
  const diff = hexDiff(expected, got, fields);
  if (diff) fail({ ...about, what: `${what} ${differs(diff)}`, diff });
}

/** Throws unless both are equal: text, numbers, or nothing. */
export function mustEqual(got: unknown, expected: string | number | boolean | undefined, what: string): void {
  if (got !== expected)
    fail({ what: `${what} is not right`, expected: describe(expected), got: describe(got) });
}

function differs({ offset, field, expectedLength, gotLength }: HexDiff): string {
  const where = `byte ${offset}${field === undefined ? '' : ` (${field})`}`;
  if (offset === gotLength) return `ends after ${gotLength} of ${expectedLength} bytes`;
  if (expectedLength === 0) return `has ${gotLength} bytes, but must be empty`;
  if (offset === expectedLength) return `goes on after its ${expectedLength} bytes`;
  return `differs from ${where} on`;
}

const SHOWN_BYTES = 32;

export function inHex(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  const hex = toHex(bytes.subarray(0, SHOWN_BYTES)).replace(/(..)(?!$)/g, '$1 ');
  return bytes.length > SHOWN_BYTES ? `${hex} … (${bytes.length} bytes)` : hex;
}

/** A value in a few words. */
export function describe(value: unknown): string {
  if (value instanceof Uint8Array) return describeBytes(value);
  if (value instanceof Uncrossable) return value.what;
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return describeObject(value);
  return String(value);
}

function describeBytes(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'an empty Uint8Array' : `${counted(bytes.length, 'byte')}: ${inHex(bytes)}`;
}

function describeObject(value: { readonly methods?: readonly string[] }): string {
  const { methods } = value;
  if (!methods) return shortened(JSON.stringify(value, (_, inner: unknown) => inObject(inner)));
  return methods.length > 0 ? `an object with ${methods.join(', ')}` : 'a function';
}

/** What stands in an object is shorter: a key, a certificate or a function would hide the rest. */
function inObject(value: unknown): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'string' && value.length > SHOWN_INSIDE
    ? `${value.slice(0, SHOWN_INSIDE)}…`
    : value;
}

const SHOWN_INSIDE = 40;
const SHOWN_TEXT = 120;

function shortened(text: string): string {
  return text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text;
}
