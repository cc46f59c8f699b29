/** What the pages of a class are shown of it: the same for all, but for who the person is, and more for those who lead. */
import { expectedNow } from '#classroom/expected';
import type { KnownFlow } from '#classroom/flow-sight';
import type { HelpCalls } from '#classroom/help';
import type { Person } from '#classroom/records';
import { type KnownRoom, roomOrders } from '#classroom/room-orders';
import type { ClassState, LeadState, Look, Me, OpenedTraffic, PersonRow } from '#dissect/page-class';
import type { Conversation } from '#dissect/page-conversation';
import type { WireName } from '#protocol/messages';
import type { ClassFiles, ReadingPage } from './files.ts';
import type { Flags } from './flags.ts';
import type { Progress } from './progress.ts';
import type { Roster } from './roster.ts';

/** A page of somebody in the class. */
export interface ClassPage extends ReadingPage {
  readonly person: number;
  /** The path of the view that it shows. */
  place: string;
  /** Something of the class has changed. */
  changed(): void;
}

/** What the class needs to know of the server around it. */
export interface Surroundings {
  /** Wires on which the account is connected now, each as often as there are connections. */
  readonly wiresOf: (account: number) => readonly WireName[];
  /** The rooms of the chat. */
  readonly rooms: () => Iterable<KnownRoom>;
  /** Addresses by which others reach the page, the likeliest first; and whether anyone else has reached it. */
  readonly reach: () => Pick<LeadState, 'links' | 'reached'>;
}

export interface ClassNow {
  readonly roster: Pick<Roster, 'settings' | 'people'>;
  readonly progress: Pick<Progress, 'fieldsOf' | 'labsOf'>;
  readonly help: Pick<HelpCalls, 'sinceOf'>;
  readonly files: Pick<ClassFiles, 'rowOf'>;
  readonly flags: Pick<Flags, 'standingOf'>;
  readonly pages: ReadonlySet<ClassPage>;
  readonly opened: readonly OpenedTraffic[];
  readonly shared: readonly Readonly<KnownFlow>[];
  readonly look: Look | null;
  readonly conversation: Conversation | null;
}

export interface Shown {
  readonly common: Omit<ClassState, 'me' | 'lead' | 'labCode' | 'help' | 'file' | 'flag'>;
  /** Costs most, and few ask for it: made when it is asked for first. */
  readonly lead: () => LeadState;
}

export function shownNow(surroundings: Surroundings, now: ClassNow): Shown {
  const { roster, pages, opened, shared, look } = now;
  const { title, display } = roster.settings;
  const { students } = roster.people;
  const places = new Map([...pages].map(({ person, place }) => [person, place]));
  const nameOf = (owner: number | undefined): string | undefined =>
    owner === undefined ? undefined : roster.people.byId(owner)?.account.name;
  let lead: LeadState | undefined;
  return {
    common: {
      title,
      joined: students.length,
      here: students.filter(({ id }) => places.has(id)).length,
      opened,
      shared: shared.flatMap(({ flow, wire, owner }) => {
        const name = nameOf(owner);
        return wire === undefined ? [] : [{ flow, wire, ...(name !== undefined && { name }) }];
      }),
      ...display,
      rooms: roomOrders(surroundings.rooms()),
      look: look && { place: look.place, by: look.by, since: look.since },
    },
    lead: () => (lead ??= leadNow(surroundings, now, places)),
  };
}

/** `places`: which view each person has open, by the person's id. */
function leadNow(
  surroundings: Surroundings,
  { roster, progress, help, files, flags, conversation }: ClassNow,
  places: ReadonlyMap<number, string>,
): LeadState {
  const { code, open, expected } = roster.settings;
  const { students, all } = roster.people;
  return {
    code,
    open,
    ...surroundings.reach(),
    people: [...all].map((person) => {
      const since = help.sinceOf(person.id);
      const file = files.rowOf(person.id);
      const flag = flags.standingOf(person.id);
      return {
        ...rowOf(person, places.get(person.id), surroundings),
        ...(since !== undefined && { help: since }),
        ...(file && { file }),
        ...(flag && { flag }),
        labs: progress.fieldsOf(person.id),
      };
    }),
    labs: progress.labsOf(students.map(({ id }) => id)),
    conversation,
    expected: expectedNow(expected, (key) => roster.people.byKey(key) !== undefined),
  };
}

export function meOf({ id, account: { name }, role }: Person): Me {
  return { id, name, role };
}

/** `place`: undefined where no page of the person is open. */
function rowOf(
  person: Person,
  place: string | undefined,
  { wiresOf }: Surroundings,
): Omit<PersonRow, 'labs'> {
  const { account, joined, seen, address, removed } = person;
  const state = removed ? 'removed' : place === undefined ? 'away' : 'here';
  return { ...meOf(person), state, joined, seen, address, place: place ?? '', wires: wiresOf(account.id) };
}
