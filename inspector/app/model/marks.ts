/** Records that the person has marked, and what they wrote about them. */
import * as v from 'valibot';
import { type RecordKey, sameKey } from '../reading/rows.ts';

const MARK = v.object({
  flow: v.number(),
  index: v.number(),
  /** Of the record, in milliseconds since 1970: after a restart of the server, the numbers mean other records. */
  time: v.number(),
  /** May be empty. */
  note: v.string(),
});
export const MARKS = v.array(MARK);

export type Mark = Readonly<v.InferOutput<typeof MARK>>;

/** How many marks a page holds, and how long a note may be, in characters. */
export const MARK_LIMITS = { marks: 500, note: 500 } as const;

/** The mark of a record, if it has one. */
export function markOf(marks: readonly Mark[], row: RecordKey & { readonly time: number }): Mark | undefined {
  return marks.find((mark) => sameKey(mark, row) && mark.time === row.time);
}

/** `marks` with this one, in the order of time. It takes the place of an earlier one of the same record. */
export function withMark(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const note = mark.note.slice(0, MARK_LIMITS.note);
  const others = marks.filter((other) => !sameKey(other, mark));
  return [...others.slice(1 - MARK_LIMITS.marks), { ...mark, note }].sort((a, b) => a.time - b.time);
}

export function withoutMark(marks: readonly Mark[], key: RecordKey): readonly Mark[] {
  return marks.filter((mark) => !sameKey(mark, key));
}

/** The next mark after a time, or the one before it; undefined where there is none. */
export function neighbour(marks: readonly Mark[], time: number, step: 1 | -1): Mark | undefined {
  return step === 1 ? marks.find((mark) => mark.time > time) : marks.findLast((mark) => mark.time < time);
}

/** The marks of records that a packet completes, as a comment on it: one line for each. */
export function commentOf(marks: readonly Mark[]): string {
  return marks
    .map(({ flow, index, note }) => `Mark #${flow}.${index}${note === '' ? '' : `: ${note}`}`)
    .join('\n');
}

/**
 * The marks that a comment on a packet stands for. `records` are those that the packet completes. The comment of another
 * program is a note on the first of them.
 */
export function marksIn(
  comment: string,
  records: readonly (RecordKey & { readonly time: number })[],
): readonly Mark[] {
  const marked = comment.split('\n').map((line) => /^Mark #\d{1,15}\.(\d{1,15})(?:: (.*))?$/.exec(line));
  const mark = (record: (typeof records)[number] | undefined, note: string): readonly Mark[] =>
    record ? [{ flow: record.flow, index: record.index, time: record.time, note }] : [];
  if (marked.some((parts) => !parts))
    return mark(records[0], comment.replace(/\s+/g, ' ').slice(0, MARK_LIMITS.note));
  return marked.flatMap((parts) => {
    const index = Number(parts?.[1]);
    return mark(
      records.find((record) => record.index === index),
      (parts?.[2] ?? '').slice(0, MARK_LIMITS.note),
    );
  });
}

/** Reads what was stored as text; empty if it is not in the format of this page. */
export function readMarks(text: string | null): readonly Mark[] {
  try {
    return v.parse(MARKS, JSON.parse(text ?? '[]')).slice(-MARK_LIMITS.marks);
  } catch {
    return [];
  }
}
