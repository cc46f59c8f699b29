/** The rows of a conversation: messages, with days and notes between them. */
import type { Note } from './notes.ts';
import type { Pending, ShownMessage } from './room-log.ts';

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly ts: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'note'; readonly key: string; readonly note: Note }
  | { readonly kind: 'pending'; readonly key: string; readonly pending: Pending }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: ShownMessage;
      /** It continues what the same member said just before: the name is not repeated. */
      readonly continues: boolean;
    };

/** Milliseconds within which messages of one member stand together. */
const TOGETHER_MS = 5 * 60_000;

export interface RowsOf {
  readonly messages: readonly ShownMessage[];
  readonly notes: readonly Note[];
  readonly pending: readonly Pending[];
  /** Messages of others after this id are new. */
  readonly readTo: number | undefined;
}

export function rowsOf({ messages, notes, pending, readTo }: RowsOf): readonly Row[] {
  const rows: Row[] = [];
  const first = messages[0]?.id ?? 0;
  const waiting = notes.filter(({ after }) => messages.length === 0 || after >= first - 1);
  const takeNotes = (id: number): void => {
    while ((waiting[0]?.after ?? id) < id) rows.push(noteRow(waiting.shift() as Note));
  };
  const firstNew = readTo === undefined ? undefined : messages.find(({ own, id }) => !own && id > readTo);
  let before: ShownMessage | undefined;
  for (const message of messages) {
    const start = rows.length;
    takeNotes(message.id);
    const today = dayOf(message.ts);
    if (before === undefined || dayOf(before.ts) !== today)
      rows.push({ kind: 'day', key: `d${today}`, ts: message.ts });
    if (message === firstNew) rows.push({ kind: 'unread', key: 'unread' });
    // Whatever came in between separates it from what was said before.
    const continues = rows.length === start && isContinued(before, message);
    rows.push({ kind: 'message', key: `m${message.id}`, message, continues });
    before = message;
  }
  rows.push(...waiting.map(noteRow));
  for (const each of pending) rows.push({ kind: 'pending', key: `p${each.key}`, pending: each });
  return rows;
}

function noteRow(note: Note): Row {
  return { kind: 'note', key: `n${note.key}`, note };
}

function isContinued(before: ShownMessage | undefined, message: ShownMessage): boolean {
  return (
    before !== undefined &&
    before.from === message.from &&
    before.account === message.account &&
    message.reply_to === undefined &&
    message.ts - before.ts < TOGETHER_MS
  );
}

/** The day on the clock of this machine. */
function dayOf(ts: number): string {
  const date = new Date(ts);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
