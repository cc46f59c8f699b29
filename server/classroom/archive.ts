/** Everything that is known of a class, in one file to keep. It has no secret in it: no code, no token, no key. */
import type { ClassRole, Display } from '#dissect/page-class';
import type { LabProgress } from '#dissect/page-labs';
import type { FlagStanding } from '#dissect/page-flag';
import type { ClassSettings, Person } from './records.ts';

/** Times are milliseconds since 1970 UTC. */
export interface ClassArchive {
  readonly format: 'wireglass-class';
  /** Another number stands for a form that is not read like this one. */
  readonly version: 1;
  readonly archived: number;
  readonly title: string;
  readonly people: readonly ArchivedPerson[];
  /** Names on the list of those who are expected, in its order. */
  readonly expected: readonly string[];
  readonly display: Display;
}

export interface ArchivedPerson {
  readonly name: string;
  readonly role: ClassRole;
  readonly joined: number;
  /** When a page of this person was last open. */
  readonly seen: number;
  /** Of the device; empty for the instructor until a page was open. */
  readonly address: string;
  readonly removed: boolean;
  readonly labs: readonly LabProgress[];
  /** Absent if the person has handed in no flag. */
  readonly flag?: FlagStanding;
}

export interface ArchiveParts {
  readonly settings: ClassSettings;
  readonly people: Iterable<Person>;
  readonly labsOf: (person: number) => readonly LabProgress[];
  readonly flagOf: (person: number) => FlagStanding | undefined;
  readonly now: number;
}

export function archiveOf({ settings, people, labsOf, flagOf, now }: ArchiveParts): ClassArchive {
  const { title, expected, display } = settings;
  return {
    format: 'wireglass-class',
    version: 1,
    archived: now,
    title,
    people: [...people].map((person) => archived(person, labsOf(person.id), flagOf(person.id))),
    expected,
    display,
  };
}

/** Field by field: whatever a person gets one day, no secret slips in. */
function archived(
  person: Person,
  labs: readonly LabProgress[],
  flag: FlagStanding | undefined,
): ArchivedPerson {
  const { account, role, joined, seen, address, removed } = person;
  return { name: account.name, role, joined, seen, address, removed, labs, ...(flag && { flag }) };
}
