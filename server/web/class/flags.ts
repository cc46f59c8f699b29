/** The flags of a class: made from the students' keys, told to each student in their own psk connections, and handed in. */
import type { TokenBucket } from 'limiter';
import { type HandedIn, flagStanding, withFlag } from '#classroom/flags';
import { isLeader } from '#classroom/people';
import type { ClassStore, Person } from '#classroom/records';
import type { AuditEntry } from '#chat/records';
import { CLASS_CAPS } from '#dissect/page-class';
import type { FlagStanding } from '#dissect/page-flag';
import { KeyCodes } from './key-codes.ts';
import type { Refusal } from './refusal.ts';
import { type Roster, keyOf } from './roster.ts';
import { fullBucket } from './tries.ts';

const PURPOSE = 'wireglass: flag of a student in a class, version 1';

export interface FlagsOptions {
  readonly store: ClassStore;
  readonly roster: Pick<Roster, 'people'>;
  readonly audit: (entry: AuditEntry) => void;
}

export class Flags {
  readonly #options: FlagsOptions;
  readonly #codes = new KeyCodes(PURPOSE, 'flag-');
  readonly #tries = new Map<number, TokenBucket>();
  #handedIn = new Map<number, readonly HandedIn[]>();

  /** Rejects with an error of the store. */
  static async open(options: FlagsOptions): Promise<Flags> {
    const flags = new Flags(options);
    for (const { person, whose, time } of await options.store.loadFlags())
      flags.#handedIn.set(person, [...flags.#with(person), { whose, time }]);
    return flags;
  }

  private constructor(options: FlagsOptions) {
    this.#options = options;
  }

  /** The flag of the student whose shared key has this id. */
  flagFor(keyId: string): string | undefined {
    const student = this.#options.roster.people.students.find((person) => keyOf(person).id === keyId);
    return student && this.#codes.codeOf(student);
  }

  /** Undefined if it is the student's own. Resolves when what there is to keep of it is stored. `now`: milliseconds since 1970. */
  async handIn(by: Person, typed: string, now: number): Promise<Refusal> {
    if (!this.#triesOf(by.id).tryRemoveTokens(1)) return TOO_MANY;
    // Also of students who were removed: a flag that they have handed on is theirs.
    const students = [...this.#options.roster.people.all].filter((person) => !isLeader(person));
    const owner = this.#codes.find(students, typed);
    if (!owner) return WRONG;
    await this.#keep(by, owner, now);
    return owner.id === by.id ? undefined : OF_OTHER;
  }

  standingOf(person: number): FlagStanding | undefined {
    const { people } = this.#options.roster;
    return flagStanding(person, this.#with(person), (id) => people.byId(id)?.account.name);
  }

  /** When this student handed in their own. */
  ownOf(person: number): number | null {
    return this.standingOf(person)?.own ?? null;
  }

  /** Deletes what everyone has handed in. Rejects with an error of the store; then nothing is deleted. */
  async clear(): Promise<void> {
    const before = this.#handedIn;
    this.forget();
    await this.#options.store.clearFlags().catch((error: unknown) => {
      this.#handedIn = before;
      throw error;
    });
  }

  /** The store has deleted everything. */
  forget(): void {
    this.#handedIn = new Map();
    this.#tries.clear();
  }

  async #keep(by: Person, owner: Person, now: number): Promise<void> {
    const flags = withFlag(this.#with(by.id), { person: by.id, whose: owner.id, now });
    if (!flags) return;
    await this.#options.store.saveFlag({ person: by.id, whose: owner.id, time: now });
    this.#handedIn.set(by.id, flags);
    if (owner.id === by.id) return;
    const [actor, subject] = [by.account.name, owner.account.name];
    this.#options.audit({ ts: now, event: 'class.flag_of_other', actor, subject });
  }

  #with(person: number): readonly HandedIn[] {
    return this.#handedIn.get(person) ?? [];
  }

  #triesOf(person: number): TokenBucket {
    const tries = this.#tries.get(person) ?? fullBucket(CLASS_CAPS.flagsPerMinute);
    this.#tries.set(person, tries);
    return tries;
  }
}

/** What of a class has to do with it. */
interface Flagged {
  readonly flags: Flags;
  /** Milliseconds since 1970. */
  readonly time: number;
  changed(): void;
}

/** A student hands in a flag. */
export async function handIn(classroom: Flagged, by: Person, typed: string): Promise<Refusal> {
  if (isLeader(by) || by.removed) return STUDENTS_ONLY;
  const refusal = await classroom.flags.handIn(by, typed, classroom.time);
  if (refusal === undefined || refusal === OF_OTHER) classroom.changed();
  return refusal;
}

const OF_OTHER = {
  code: 'flag_of_other',
  message: 'This flag was made for somebody else. Those who lead the class see that you have handed it in.',
};
const WRONG = { code: 'wrong_flag', message: 'This is not a flag of this class. Look at every character.' };
const TOO_MANY = {
  code: 'rate_limited',
  message: 'You have handed in too many flags one after the other. Wait a minute.',
};
const STUDENTS_ONLY = { code: 'students_only', message: 'Only students have a flag.' };
