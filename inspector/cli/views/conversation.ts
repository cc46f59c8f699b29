/** What the two sides of a flow said to each other, taken from its records without the protection around it. */
import type { Direction, Inner, RecordState, WireRecord } from '#dissect/model';
import { concat } from '#protocol/bytes';

export type Said = { readonly dir: Direction; readonly time: number } & (
  | { readonly kind: 'message'; readonly title: string; readonly text: string }
  /** A stretch of bytes that no dissector knows. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Part of the protection, not of the conversation. */
  | { readonly kind: 'protocol'; readonly proto: string; readonly title: string; readonly length: number }
  | { readonly kind: 'closed'; readonly state: RecordState; readonly length: number; readonly reason: string }
  | { readonly kind: 'malformed'; readonly bytes: Uint8Array; readonly reason: string }
);

type Bytes = Extract<Said, { kind: 'bytes' }>;
type Content = Said extends infer S ? (S extends Said ? Omit<S, 'dir' | 'time'> : never) : never;

interface Shown {
  readonly proto: WireRecord['proto'] | Inner['proto'];
  readonly title: string;
  readonly state: RecordState;
  readonly reason: string;
  readonly bytes: Uint8Array;
  readonly plain?: Uint8Array;
  readonly fields: WireRecord['fields'];
  readonly inner: readonly Inner[];
  readonly unfinished?: number;
}

/** Most bytes of one side that are joined to one stretch when they came in many records. */
const MAX_STRETCH = 256 * 1024;

/** In order. Stretches of bytes from one side are joined. */
export function* conversation(records: Iterable<WireRecord>): Generator<Said> {
  let stretch: Bytes[] = [];
  let length = 0;
  for (const said of pieces(records)) {
    if (stretch.length > 0 && !(goesOn(stretch, said) && length < MAX_STRETCH)) {
      yield joined(stretch);
      [stretch, length] = [[], 0];
    }
    if (said.kind === 'bytes') {
      stretch.push(said);
      length += said.bytes.length;
    } else yield said;
  }
  if (stretch.length > 0) yield joined(stretch);
}

function* pieces(records: Iterable<WireRecord>): Generator<Said> {
  for (const record of records) {
    const { dir, time } = record;
    for (const content of contentOf({ ...record, bytes: record.raw })) yield { dir, time, ...content };
  }
}

function goesOn(stretch: readonly Bytes[], { kind, dir }: Said): boolean {
  return kind === 'bytes' && stretch[0]?.dir === dir;
}

function joined(stretch: readonly Bytes[]): Said {
  return { ...(stretch[0] as Bytes), bytes: concat(stretch.map(({ bytes }) => bytes)) };
}

function contentOf(unit: Shown): Content[] {
  const { state, reason, bytes, plain, inner } = unit;
  if (state === 'no-key' || state === 'wrong-key') {
    return [{ kind: 'closed', state, length: bytes.length, reason }];
  }
  if (inner.length > 0) return inner.flatMap((part) => contentOf(part));
  return state === 'malformed' ? [{ kind: 'malformed', bytes: plain ?? bytes, reason }] : readable(unit);
}

function readable(unit: Shown): Content[] {
  const { proto, title, bytes, plain, unfinished = 0 } = unit;
  if (proto === 'frame') return [{ kind: 'message', title, text: payloadOf(unit) }];
  if (proto === 'unknown') return [{ kind: 'bytes', bytes }];
  if (!plain || title.startsWith('alert')) return [{ kind: 'protocol', proto, title, length: bytes.length }];
  // A part of a unit that a later record completes is shown with that record.
  return unfinished > 0 || plain.length === 0 ? [] : [{ kind: 'bytes', bytes: plain }];
}

function payloadOf({ fields }: Shown): string {
  return String(fields.find((field) => field.name === 'payload')?.value ?? '');
}
