/** A running class: who is here, what each may see, and what everyone is shown. */
import { FlowSight, PUBLIC } from '#classroom/flow-sight';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import type { Account } from '#chat/records';
import type { DialOptions } from '#client/connect/dialling';
import type {
  Announcement,
  ClassDoor,
  ClassState,
  JoinRequest,
  Joined,
  LeadState,
  Look,
  OpenedTraffic,
  PersonRow,
  SharedFlow,
} from '#dissect/page-class';
import type { Endpoint } from '#dissect/model';
import { plainAddress } from '#protocol/addresses';
import type { WireName } from '#protocol/messages';
import type { Recorder } from '#tap/recorder';
import { type Entrance, type Visitor } from '../entrance.ts';
import type { Refused } from '../guard.ts';
import type { TapSource } from '../tap-stream.ts';
import { Roster, type RosterOptions } from './roster.ts';
import { ClassTraffic } from './traffic.ts';

export interface ClassroomOptions extends RosterOptions {
  readonly recorder: Recorder | undefined;
  /** Wires on which the account is connected now, each as often as there are connections. */
  readonly wiresOf: (account: number) => readonly WireName[];
  /** A person has joined: the chat keeps the name for the account from now on. */
  readonly added: (account: Account) => void;
  /** The keys of the class are others now. */
  readonly keysChanged: () => void;
  /** Addresses by which others reach the page, the likeliest first; and whether anyone else has reached it. */
  readonly reach: () => Pick<LeadState, 'links' | 'reached'>;
}

/** A page of somebody in the class. */
export interface ClassPage {
  readonly person: number;
  /** The path of the view that it shows. */
  place: string;
  /** Something of the class has changed. */
  changed(): void;
}

/** Milliseconds in which changes are gathered before pages are told. */
const GATHER = 150;

export const LEADERS_ONLY = 'only those who lead the class may do this';

const JOIN_REQUIRED: Refused = {
  status: 401,
  code: 'join_required',
  message: 'this is a class: join it with the code that the instructor shows',
};
const REMOVED: Refused = {
  status: 403,
  code: 'removed_from_class',
  message: 'the instructor has turned you out of this class, and can let you in again',
};

export class Classroom implements Entrance {
  readonly isGuarded = true;
  readonly roster: Roster;
  readonly #options: ClassroomOptions;
  readonly #clock: () => number;
  readonly #sight: FlowSight;
  readonly #traffic: ClassTraffic | undefined;
  readonly #pages = new Set<ClassPage>();
  /** Whom to tell when somebody is turned out. */
  readonly #watchers = new Map<number, Set<(why: Refused) => void>>();
  readonly #opened = new Map<number, OpenedTraffic>();
  #announcement: Announcement | null = null;
  #look: (Look & { readonly person: number }) | null = null;
  #gathering: NodeJS.Timeout | undefined;

  static async open(options: ClassroomOptions): Promise<Classroom> {
    return new Classroom(options, await Roster.open(options));
  }

  private constructor(options: ClassroomOptions, roster: Roster) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.roster = roster;
    this.#sight = new FlowSight((id) => roster.people.byId(id));
    this.#traffic = options.recorder && new ClassTraffic(options.recorder, this.#sight);
  }

  // What everyone may know

  get door(): ClassDoor {
    const { title, open } = this.roster.settings;
    return { title, open };
  }

  async join(request: JoinRequest, address: string): Promise<Joined> {
    const { joined, person } = await this.roster.join(request, address);
    this.#options.added(person.account);
    this.#options.keysChanged();
    this.changed();
    return joined;
  }

  // Who comes in

  visitorOf(token: string | undefined): Visitor | Refused {
    const person = this.roster.withToken(token);
    if (!person) return JOIN_REQUIRED;
    return person.removed ? REMOVED : { person };
  }

  watch({ person }: Visitor, ended: (why: Refused) => void): () => void {
    if (!person) return () => undefined;
    const watchers = this.#watchers.get(person.id) ?? new Set();
    this.#watchers.set(person.id, watchers.add(ended));
    return () => {
      watchers.delete(ended);
      if (watchers.size === 0) this.#watchers.delete(person.id);
    };
  }

  /** The account of whoever connects from this end, for the chat. */
  ownerOf({ address, port }: Endpoint): Account | undefined {
    const id = this.#sight.personAt({ address: plainAddress(address), port });
    const person = id === undefined ? undefined : this.roster.people.byId(id);
    return person && !person.removed ? person.account : undefined;
  }

  /**
   * For a connection that is made for this person, or for everyone: from its first byte on, it is known whose it is.
   */
  claimFor(person: Person | undefined): NonNullable<DialOptions['onLocalEnd']> {
    const id = person?.id ?? PUBLIC;
    return ({ address, port }) => {
      const { flow, release } = this.#sight.claim({ address: plainAddress(address), port }, id);
      if (flow !== undefined) this.#traffic?.refresh(flow);
      this.changed();
      return () => {
        release();
        this.changed();
      };
    };
  }

  // What each may see

  sees(person: Person, flow: number): boolean {
    return this.#sight.sees(person, flow);
  }

  sourceFor(person: Person): TapSource | undefined {
    return this.#traffic?.sourceFor(person);
  }

  stateFor({ id }: Pick<Person, 'id'>): ClassState | undefined {
    const person = this.roster.people.byId(id);
    if (!person) return undefined;
    const { title } = this.roster.settings;
    const { students } = this.roster.people;
    const here = new Set([...this.#pages].map((page) => page.person));
    return {
      title,
      me: { id, name: person.account.name, role: person.role },
      joined: students.length,
      here: students.filter((student) => here.has(student.id)).length,
      opened: [...this.#opened.values()],
      shared: this.#sight.shared.flatMap((known) => this.#shown(known)),
      announcement: this.#announcement,
      look: this.#look && { place: this.#look.place, by: this.#look.by, since: this.#look.since },
      lead: isLeader(person) ? this.#leadState(here) : null,
    };
  }

  // What those who lead do

  async setRemoved(id: number, removed: boolean, by: Person): Promise<boolean> {
    const changed = await this.roster.setRemoved(id, removed, by.account.name);
    if (!changed) return false;
    if (removed) {
      this.#close(id);
      for (const tell of this.#watchers.get(id) ?? []) tell(REMOVED);
    }
    this.#options.keysChanged();
    this.changed();
    return true;
  }

  /** Makes a student's traffic readable for those who lead, which the class sees and the audit log keeps. */
  openTraffic(id: number, by: Person): boolean {
    const person = this.roster.people.byId(id);
    if (!person || person.removed || isLeader(person)) return false;
    const { name } = person.account;
    this.#opened.set(id, { person: id, name, by: by.account.name, since: this.#clock() });
    this.#sight.open(id);
    this.#audit('class.opened', by, name);
    this.#refresh();
    return true;
  }

  closeTraffic(id: number, by: Person): boolean {
    const opened = this.#opened.get(id);
    if (!opened) return false;
    this.#close(id);
    this.#audit('class.closed', by, opened.name);
    this.#refresh();
    return true;
  }

  /** False if the person who asks does not see this flow, or there is none. */
  share(flow: number, on: boolean, by: Person): boolean {
    if (!this.#sight.sees(by, flow) || !this.#sight.share(flow, on)) return false;
    this.#traffic?.refresh(flow);
    this.#audit(on ? 'class.shared' : 'class.unshared', by, undefined, `connection ${flow}`);
    this.changed();
    return true;
  }

  /** A link that lets one assistant in. */
  assistantLink(): string {
    const [origin = ''] = this.#options.reach().links;
    return `${origin}join#code=${this.roster.newAssistantCode()}`;
  }

  announce(text: string, by: Person): void {
    this.#announcement = text.trim() === '' ? null : { text, by: by.account.name, time: this.#clock() };
    this.changed(true);
  }

  look(place: string | null, by: Person): void {
    const before = this.#look;
    const since = before?.person === by.id ? before.since : this.#clock();
    this.#look = place === null ? null : { place, by: by.account.name, since, person: by.id };
    this.#sight.lead(this.#look?.person);
    if (before?.person !== this.#look?.person) this.#traffic?.refresh();
    this.changed(true);
  }

  // The pages

  /** Returns a function that takes the page out again. */
  enter(page: ClassPage, address: string): () => void {
    this.#pages.add(page);
    void this.#seen(page.person, address);
    this.changed();
    return () => {
      this.#pages.delete(page);
      void this.#seen(page.person, undefined);
      this.changed();
    };
  }

  /** Tells every page, soon or at once, that something has changed. */
  changed(atOnce = false): void {
    if (atOnce) return this.#tell();
    this.#gathering ??= setTimeout(() => this.#tell(), GATHER).unref();
  }

  #tell(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    for (const page of this.#pages) page.changed();
  }

  #refresh(): void {
    this.#traffic?.refresh();
    this.changed(true);
  }

  #close(id: number): void {
    this.#opened.delete(id);
    this.#sight.close(id);
  }

  async #seen(id: number, address: string | undefined): Promise<void> {
    const seen = this.#clock();
    await this.roster.change(id, { seen, ...(address !== undefined && { address }) }).catch(() => undefined);
  }

  #shown({
    flow,
    wire,
    owner,
  }: {
    flow: number;
    wire: WireName | undefined;
    owner: number | undefined;
  }): SharedFlow[] {
    const name = owner === undefined ? undefined : this.roster.people.byId(owner)?.account.name;
    return wire === undefined ? [] : [{ flow, wire, ...(name !== undefined && { name }) }];
  }

  #leadState(here: ReadonlySet<number>): LeadState {
    const { code, open } = this.roster.settings;
    const places = new Map([...this.#pages].map(({ person, place }) => [person, place]));
    const people = [...this.roster.people.all].map((person): PersonRow => {
      const { id, account, role, joined, seen, address, removed } = person;
      const state = removed ? 'removed' : here.has(id) ? 'here' : 'away';
      const wires = this.#options.wiresOf(account.id);
      return {
        id,
        name: account.name,
        role,
        state,
        joined,
        seen,
        address,
        place: places.get(id) ?? '',
        wires,
      };
    });
    return { code, open, ...this.#options.reach(), people };
  }

  #audit(
    event: 'class.opened' | 'class.closed' | 'class.shared' | 'class.unshared',
    by: Person,
    subject?: string,
    detail?: string,
  ): void {
    this.#options.audit({
      ts: this.#clock(),
      event,
      actor: by.account.name,
      ...(subject !== undefined && { subject }),
      ...(detail !== undefined && { detail }),
    });
  }
}
