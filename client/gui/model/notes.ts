/** What happened in a room besides messages, in lines between them. */

/** Members who came and went. */
export interface Changed {
  readonly joined: number;
  readonly left: number;
}

/** What is told, in words; members who came and went may only be counted. */
export type Told =
  | { readonly text: string; readonly changed?: undefined }
  | { readonly text?: string; readonly changed: Changed };

interface Place {
  readonly key: number;
  readonly ts: number;
  /** The last message at that time: the note stands after it. */
  readonly after: number;
}

export interface Note extends Place {
  readonly text: string;
  /** Set if the line is about members who came and went. */
  readonly changed?: Changed;
  /** The line stands for as many as there are, and is told again when there are more. */
  readonly isCount?: true;
}

/** Lines one below the other that give a name: all who come and go after them are only counted, in one line. */
const NAMED = 3;

/** The notes with one more. A crowd that comes in would otherwise push away what was said. */
export function noted(notes: readonly Note[], told: Told, place: Place): readonly Note[] {
  if (!told.changed) return [...notes, { ...place, text: told.text }];
  const { text, changed } = told;
  const run = runAt(notes, place.after);
  const last = run.at(-1);
  if (last?.isCount) {
    const [named, sum] = [run.slice(0, -1), plus(last.changed, changed)];
    return [...notes.slice(0, -1), { ...last, changed: sum, text: inNumbers(sum, named) }];
  }
  if (text !== undefined && run.length < NAMED) return [...notes, { ...place, text, changed }];
  return [...notes, { ...place, text: inNumbers(changed, run), changed, isCount: true }];
}

/** The lines at the end, after this message, that are about members who came and went. */
function runAt(notes: readonly Note[], after: number): readonly Note[] {
  return notes.slice(1 + notes.findLastIndex((note) => note.changed === undefined || note.after !== after));
}

function plus(one: Changed | undefined, other: Changed): Changed {
  return { joined: (one?.joined ?? 0) + other.joined, left: (one?.left ?? 0) + other.left };
}

/** `named`: lines before this one that give a name. */
function inNumbers({ joined, left }: Changed, named: readonly Note[]): string {
  const more = named.length > 0 ? ' more' : '';
  const parts = [joined > 0 && `${joined}${more} joined`, left > 0 && `${left}${more} left`];
  return parts.filter((part) => part !== false).join(', ');
}
