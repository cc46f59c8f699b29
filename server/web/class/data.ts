/** The data of a class as a whole: the list of those who are expected, the archive, and what is deleted. */
import { type ClassArchive, archiveOf } from '#classroom/archive';
import { EMPTY_DISPLAY } from '#classroom/display';
import { readNames } from '#classroom/expected';
import type { Person } from '#classroom/records';
import type { AuditEntry } from '#chat/records';
import type { LineProblem } from '#dissect/page-class';
import { counted } from '#protocol/shown';
import type { Flags } from './flags.ts';
import type { Progress } from './progress.ts';
import type { Roster } from './roster.ts';

export interface ClassDataOptions {
  readonly roster: Roster;
  readonly progress: Progress;
  readonly flags: Flags;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly audit: (entry: AuditEntry) => void;
  /** These people are out of the class: their devices, their connections and their accounts with them. */
  readonly out: (people: readonly Person[]) => void;
  /** They are in again, because nothing could be deleted. */
  readonly back: (people: readonly Person[]) => void;
  /** They are deleted: nothing of theirs is to be held any longer. */
  readonly erased: (people: readonly Person[]) => void;
  /** The work has been reset: nothing of it is to be shown any longer. */
  readonly reset: () => void;
  readonly changed: () => void;
}

/** Everything rejects with an error of the store. */
export class ClassData {
  readonly #options: ClassDataOptions;

  constructor(options: ClassDataOptions) {
    this.#options = options;
  }

  /** Puts the names of a text in place of those on the list. Nothing changes if there are problems, which are returned. */
  async expect(text: string, by: Person): Promise<readonly LineProblem[]> {
    const { roster, changed } = this.#options;
    const leaders = roster.people.leaders.map(({ account }) => account.name);
    const { names, problems } = readNames(text, leaders);
    if (problems.length > 0) return problems;
    await roster.set({ expected: names });
    this.#audit('class.listed', by, counted(names.length, 'name', 'names'));
    changed();
    return [];
  }

  archive(by: Person): ClassArchive {
    const { roster, progress, flags, clock } = this.#options;
    this.#audit('class.archived', by);
    return archiveOf({
      settings: roster.settings,
      people: roster.people.all,
      labsOf: (person) => progress.labsWith(person),
      flagOf: (person) => flags.standingOf(person),
      now: clock(),
    });
  }

  /** Deletes what was done, and what everyone is shown. The people, their names and their keys stay. */
  async reset(by: Person): Promise<void> {
    const { roster, progress, flags, reset, changed } = this.#options;
    reset();
    await progress.clear();
    await flags.clear();
    await roster.set({ display: EMPTY_DISPLAY });
    this.#audit('class.reset', by);
    changed();
  }

  /** Deletes everyone but the instructor, with their accounts and what they said, and all that is set for the class. */
  async erase(by: Person): Promise<void> {
    const { roster, progress, flags, out, back, erased, changed } = this.#options;
    const gone = await roster.erase({ out, back });
    progress.forget();
    flags.forget();
    erased(gone);
    this.#audit('class.erased', by, counted(gone.length, 'person', 'people'));
    changed();
    await roster.eraseWords(gone);
  }

  #audit(event: Extract<AuditEntry['event'], `class.${string}`>, by: Person, detail?: string): void {
    const { clock, audit } = this.#options;
    audit({ ts: clock(), event, actor: by.account.name, ...(detail !== undefined && { detail }) });
  }
}
