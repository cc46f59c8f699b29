/** A running class: who is here, what each may see, and what everyone is shown. */
import { HelpCalls } from '#classroom/help';
import { FlowSight, PUBLIC } from '#classroom/flow-sight';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import { roomOrders } from '#classroom/room-orders';
import type { Account } from '#chat/records';
import type { DialOptions } from '#client/connect/dialling';
import type {
  ClassDoor,
  ClassState,
  Display,
  JoinRequest,
  Joined,
  Look,
  RoomOrder,
} from '#dissect/page-class';
import type { LabReport } from '#dissect/page-labs';
import type { Endpoint } from '#dissect/model';
import { plainAddress } from '#protocol/addresses';
import type { ClientMessage, ServerMessage, WireName } from '#protocol/messages';
import type { Recorder } from '#tap/recorder';
import type { Entrance, TurnedAway, Visitor } from '../entrance.ts';
import type { TapSource } from '../tap-stream.ts';
import { ClassConversation } from './conversation.ts';
import { ClassData } from './data.ts';
import { ClassFiles } from './files.ts';
import { Flags } from './flags.ts';
import { LabCodes } from './lab-codes.ts';
import { Progress } from './progress.ts';
import { Questions } from './questions.ts';
import { type AttackGround, RoomAttacks } from './room-attacks.ts';
import { Roster, type RosterOptions } from './roster.ts';
import { Sharing } from './sharing.ts';
import { type ClassPage, type Shown, type Surroundings, meOf, shownNow } from './shown.ts';
import { ClassTraffic } from './traffic.ts';
import { JOIN_REQUIRED, REMOVED, Watchers } from './watchers.ts';

export interface ClassroomOptions extends RosterOptions, Surroundings {
  readonly recorder: Recorder | undefined;
  /** Where attacks on the room are played; absent where they cannot be. */
  readonly ground?: AttackGround | undefined;
  /** Asks the chat for something as this account, with no more rights than it has there. */
  readonly askChat: (request: ClientMessage, account: Account) => Promise<ServerMessage>;
  /** A person has joined: the chat keeps the name for the account from now on. */
  readonly added: (account: Account) => void;
  /** A person has been deleted: the account’s connections end, and its name is free. */
  readonly gone: (account: Account) => void;
  /** The keys of the class are others now. */
  readonly keysChanged: () => void;
}

/** Milliseconds in which changes are gathered before pages are told, at least and at most. */
const GATHER = 150;
const GATHER_MOST = 1_000;
/** Milliseconds more for each page: a crowd that comes in would otherwise cost the square of its size. */
const GATHER_PER_PAGE = 1;

export const LEADERS_ONLY = 'only those who lead the class may do this';

export class Classroom implements Entrance {
  readonly isGuarded = true;
  readonly roster: Roster;
  readonly labCodes: LabCodes;
  readonly data: ClassData;
  readonly help = new HelpCalls();
  readonly questions: Questions;
  readonly files: ClassFiles;
  readonly attacks: RoomAttacks;
  readonly flags: Flags;
  readonly sharing: Sharing;
  readonly conversation = new ClassConversation(() => this.changed());
  readonly #options: ClassroomOptions;
  readonly #clock: () => number;
  readonly #progress: Progress;
  readonly #sight: FlowSight;
  readonly #traffic: ClassTraffic | undefined;
  readonly #pages = new Set<ClassPage>();
  readonly #watchers = new Watchers();
  #look: (Look & { readonly person: number }) | null = null;
  /** What pages are shown, until something changes. */
  #shown: Shown | undefined;
  #gathering: NodeJS.Timeout | undefined;

  static async open(options: ClassroomOptions): Promise<Classroom> {
    const roster = await Roster.open(options);
    const [progress, flags] = [await Progress.open(options.store), await Flags.open({ ...options, roster })];
    return new Classroom(options, { roster, progress, flags });
  }

  private constructor(
    options: ClassroomOptions,
    { roster, progress, flags }: { roster: Roster; progress: Progress; flags: Flags },
  ) {
    this.#progress = progress;
    this.flags = flags;
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.roster = roster;
    this.labCodes = new LabCodes(roster);
    this.#sight = new FlowSight({
      personOf: (id) => roster.people.byId(id),
      isOpened: (id) => this.sharing.isOpened(id),
      leader: () => this.#look?.person,
    });
    this.#traffic = options.recorder && new ClassTraffic(options.recorder, this.#sight);
    this.sharing = new Sharing({
      roster,
      sight: this.#sight,
      traffic: this.#traffic,
      clock: this.#clock,
      audit: options.audit,
      changed: (atOnce) => this.changed(atOnce),
    });
    this.questions = new Questions({
      recorder: options.recorder,
      sight: this.#sight,
      refresh: (flow) => this.#traffic?.refresh(flow),
      share: (flow, by) => void this.sharing.share(flow, true, by),
      changed: () => this.changed(),
      here: () => this.#studentsHere(),
    });
    this.attacks = new RoomAttacks({
      ground: options.ground,
      sight: this.#sight,
      clock: this.#clock,
      audit: options.audit,
      changed: () => this.changed(),
      here: () => this.#studentsHere(),
      nameOf: (id) => roster.people.byId(id)?.account.name ?? '',
    });
    this.files = new ClassFiles({
      clock: this.#clock,
      audit: options.audit,
      changed: () => this.changed(true),
    });
    this.data = this.#dataWith(progress);
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

  visitorOf(token: string | undefined): Visitor | TurnedAway {
    const person = this.roster.withToken(token);
    if (!person) return JOIN_REQUIRED;
    return person.removed ? REMOVED : { person };
  }

  watch({ person }: Visitor, ended: (why: TurnedAway) => void): () => void {
    return person ? this.#watchers.add(person, ended) : () => undefined;
  }

  /** The account of whoever connects with this wire from this end, for the chat. */
  ownerOf({ address, port }: Endpoint, wire: WireName): Account | undefined {
    const id = this.#sight.personAt({ wire, address: plainAddress(address), port });
    const person = id === undefined ? undefined : this.roster.people.byId(id);
    return person && !person.removed ? person.account : undefined;
  }

  /**
   * For a connection that is made for this person, or for everyone: from its first byte on, it is known whose it is.
   */
  claimFor(person: Person | undefined): NonNullable<DialOptions['onLocalEnd']> {
    const id = person?.id ?? PUBLIC;
    return ({ wire, address, port }) => {
      const { flow, release } = this.#sight.claim({ wire, address: plainAddress(address), port }, id);
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

  stateFor(id: number): ClassState | undefined {
    const person = this.roster.people.byId(id);
    if (!person) return undefined;
    // Pages are told one after the other: what is the same for all is put together once.
    this.#shown ??= shownNow(this.#options, {
      roster: this.roster,
      progress: this.#progress,
      help: this.help,
      files: this.files,
      flags: this.flags,
      conversation: this.conversation.now,
      pages: this.#pages,
      opened: this.sharing.opened,
      shared: this.sharing.shared,
      look: this.#look,
    });
    const { common, lead } = this.#shown;
    const leads = isLeader(person);
    return {
      ...common,
      me: meOf(person),
      help: this.help.sinceOf(id) ?? null,
      file: this.files.ownOf(id),
      flag: this.flags.ownOf(id),
      labCode: leads ? null : this.labCodes.codeOf(person),
      lead: leads ? lead() : null,
    };
  }

  /** A person tells how far they are. False if there were too many reports. */
  async report(person: Person, report: LabReport): Promise<boolean> {
    const isTaken = await this.#progress.report(person.id, report, this.#clock());
    if (isTaken) this.changed();
    return isTaken;
  }

  // What those who lead do

  async setRemoved(id: number, removed: boolean, by: Person): Promise<boolean> {
    const changed = await this.roster.setRemoved(id, removed, by.account.name);
    if (!changed) return false;
    if (removed) {
      this.#forget(id);
      this.files.end(id, 'removed');
      this.#watchers.tell(id, REMOVED);
    }
    this.#options.keysChanged();
    this.changed();
    return true;
  }

  /** The addresses by which others reach the page, the likeliest first. */
  get links(): readonly string[] {
    return this.#options.reach().links;
  }

  /** A link that lets one assistant in. */
  assistantLink(): string {
    const [origin = ''] = this.links;
    return `${origin}join#code=${this.roster.newAssistantCode()}`;
  }

  /** Changes what everyone is shown. Resolves when that is stored, with false if there was nothing to change. */
  async display(change: (before: Display, now: number) => Display | undefined): Promise<boolean> {
    const changed = change(this.roster.settings.display, this.#clock());
    if (!changed) return false;
    await this.roster.set({ display: changed });
    this.changed(true);
    return true;
  }

  look(place: string | null, by: Person): void {
    const before = this.#look;
    const since = before?.person === by.id ? before.since : this.#clock();
    this.#look = place === null ? null : { place, by: by.account.name, since, person: by.id };
    if (before?.person !== this.#look?.person) this.#traffic?.refresh();
    this.changed(true);
  }

  /** Who may speak where in the chat. */
  get rooms(): readonly RoomOrder[] {
    return roomOrders(this.#options.rooms());
  }

  /** Keeps order in the chat, which judges, announces and logs this like a command of the same person. */
  async keepOrder(request: ClientMessage, by: Person): Promise<ServerMessage> {
    const answer = await this.#options.askChat(request, by.account);
    this.changed(true);
    return answer;
  }

  // The pages

  /** Milliseconds since 1970. */
  get time(): number {
    return this.#clock();
  }

  /** Returns a function that takes the page out again. */
  enter(page: ClassPage, address: string): () => void {
    this.#pages.add(page);
    void this.#seen(page.person, address);
    this.changed();
    return () => {
      this.#pages.delete(page);
      this.files.close(page);
      void this.#seen(page.person, undefined);
      this.changed();
    };
  }

  /** This page of a person shows this place now. Of several pages, the one that was looked at last says where the person is. */
  at(page: ClassPage, place: string): void {
    page.place = place;
    this.#pages.delete(page);
    this.#pages.add(page);
    this.changed();
  }

  /** Tells every page, soon or at once, that something has changed. */
  changed(atOnce = false): void {
    this.#shown = undefined;
    if (atOnce) return this.#tell();
    const pause = Math.min(GATHER_MOST, GATHER + this.#pages.size * GATHER_PER_PAGE);
    this.#gathering ??= setTimeout(() => this.#tell(), pause).unref();
  }

  #tell(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    // Wires are counted anew: a connection belongs to its person before it is in the chat.
    this.#shown = undefined;
    for (const page of this.#pages) page.changed();
  }

  /** These people are no longer in the class. */
  #letGo(people: readonly Person[]): void {
    for (const { id, account } of people) {
      this.#forget(id);
      this.files.forget(id);
      if (this.#look?.person === id) this.#look = null;
      this.#options.gone(account);
      this.#watchers.tell(id, JOIN_REQUIRED);
    }
    this.#options.keysChanged();
    this.changed();
  }

  #dataWith(progress: Progress): ClassData {
    return new ClassData({
      roster: this.roster,
      progress,
      flags: this.flags,
      clock: this.#clock,
      audit: this.#options.audit,
      out: (people) => this.#letGo(people),
      back: (people) => this.#takeBack(people),
      erased: (people) => {
        this.#endWhatGoesOn();
        this.#traffic?.drop(new Set(people.map(({ id }) => id)));
      },
      reset: () => {
        this.#endWhatGoesOn();
        this.files.endAll('reset');
      },
      changed: () => this.changed(true),
    });
  }

  #endWhatGoesOn(): void {
    this.questions.end();
    this.attacks.drop();
  }

  /** Nothing that goes on now is about this person any more. */
  #forget(person: number): void {
    this.sharing.forget(person);
    this.help.end(person);
    this.questions.forget(person);
    this.attacks.forget(person);
  }

  #takeBack(people: readonly Person[]): void {
    for (const { account } of people) this.#options.added(account);
    this.#options.keysChanged();
    this.changed();
  }

  #studentsHere(): number[] {
    const here = new Set([...this.#pages].map(({ person }) => person));
    return this.roster.people.students.map(({ id }) => id).filter((id) => here.has(id));
  }

  async #seen(id: number, address: string | undefined): Promise<void> {
    const seen = this.#clock();
    await this.roster.change(id, { seen, ...(address !== undefined && { address }) }).catch(() => undefined);
  }
}
