/** The people of a class and its door: who comes in, who is turned out, what is stored of it. */
import { freeNames } from '#chat/names';
import { EMPTY_DISPLAY } from '#classroom/display';
import { JoinError, cleanCode, nameOfNewcomer, newCode } from '#classroom/joining';
import { People } from '#classroom/people';
import type { ClassSettings, ClassStore, Person, PersonChange } from '#classroom/records';
import { CLASS_CAPS, type JoinRequest, type Joined } from '#dissect/page-class';
import type { AuditEntry } from '#chat/records';
import type { SharedKey } from '#channel/psk/keys';
import { toHex } from '#protocol/bytes';
import { nameKey } from '#protocol/names';
import { hashOfSecret, sameToken } from '../guard.ts';
import { Tries } from './tries.ts';

const TOKEN_BYTES = 32;
const KEY_BYTES = 32;
/** Milliseconds for which the link for an assistant is good. */
const LINK_TIME = 60 * 60_000;
/** Links for assistants that are good at a time; the oldest makes room. */
const LINKS = 20;
const TITLE = 'Wireglass class';
const INSTRUCTOR = 'Instructor';
/** What makes other names of one that is taken. */
const NUMBERED = Array.from({ length: 98 }, (_, at) => `-${at + 2}`);

export interface RosterOptions {
  readonly store: ClassStore;
  /** The token of the start link, which makes its bearer the instructor. */
  readonly token: string;
  /** Returns `count` bytes from a cryptographic random source. */
  readonly random: (count: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly audit: (entry: AuditEntry) => void;
}

export class Roster {
  readonly #options: RosterOptions;
  readonly #clock: () => number;
  readonly #people: People;
  readonly #tries = new Tries();
  /** Until when each link for an assistant is good, by its hash. */
  readonly #links = new Map<string, number>();
  /** Names of those who are being stored. */
  readonly #coming = new Set<string>();
  #settings: ClassSettings;

  /** Reads what is stored of the class, or begins a new one. Rejects with an error of the store. */
  static async open(options: RosterOptions): Promise<Roster> {
    const { store, random } = options;
    const found = await store.load();
    const settings = found.settings ?? newSettings(random);
    if (!found.settings) await store.saveSettings(settings);
    const roster = new Roster(options, settings, new People(found.people));
    await roster.#ensureInstructor();
    return roster;
  }

  private constructor(options: RosterOptions, settings: ClassSettings, people: People) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#settings = settings;
    this.#people = people;
  }

  get settings(): ClassSettings {
    return this.#settings;
  }

  get people(): Pick<People, 'all' | 'students' | 'leaders' | 'byId' | 'byKey'> {
    return this.#people;
  }

  /** One key for each person; the keys of those who were turned out are not valid. */
  get keys(): SharedKey[] {
    return [...this.#people.all].filter(({ removed }) => !removed).map(keyOf);
  }

  /** Whose token this is: the instructor's, or that of somebody's device. */
  withToken(token: string | undefined): Person | undefined {
    if (token === undefined) return undefined;
    if (sameToken(token, this.#options.token)) return this.#instructor;
    return this.#people.byTokenHash(hashOfSecret(token));
  }

  /** Lets a newcomer in. Resolves when that is stored. Rejects with `JoinError`, or with an error of the store. */
  async join(
    request: JoinRequest,
    address: string,
  ): Promise<{ readonly joined: Joined; readonly person: Person }> {
    const role = this.#roleFor(request.code, address);
    const name = nameOfNewcomer(
      request.name,
      this.#people.leaders.map(({ account }) => account.name),
    );
    if (this.#people.count + this.#coming.size >= CLASS_CAPS.people)
      throw new JoinError('class_full', `This class has ${CLASS_CAPS.people} people; no more can join.`);
    const token = toHex(this.#options.random(TOKEN_BYTES));
    const person = await this.#add(name, { role, token, address });
    if (role === 'assistant') this.#links.delete(hashOfSecret(request.code));
    this.#audit('class.joined', person, { address, detail: role });
    return { joined: { token, name }, person };
  }

  /** Turns somebody out, or lets that person in again. False if that changes nothing. */
  async setRemoved(id: number, removed: boolean, by: string): Promise<boolean> {
    const person = this.#people.byId(id);
    if (!person || person.role === 'instructor' || person.removed === removed) return false;
    await this.change(id, { removed });
    this.#audit(removed ? 'class.removed' : 'class.readmitted', person, { actor: by });
    return true;
  }

  async change(id: number, change: PersonChange): Promise<void> {
    if (!this.#people.change(id, change)) return;
    await this.#options.store.changePerson(id, change);
  }

  async set(change: Partial<Pick<ClassSettings, 'title' | 'open' | 'display' | 'expected'>>): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    await this.#options.store.saveSettings(this.#settings);
  }

  async renewCode(by: string): Promise<void> {
    this.#settings = { ...this.#settings, code: newCode(this.#options.random) };
    await this.#options.store.saveSettings(this.#settings);
    this.#options.audit({ ts: this.#clock(), event: 'class.code_renewed', actor: by });
  }

  /**
   * Deletes everyone but the instructor, and begins with new settings and a new code. `out` is told who is out, at once, and
   * `back` if that could not be stored. Resolves with who was deleted. Rejects with an error of the store.
   */
  async erase({ out, back }: Record<'out' | 'back', (people: readonly Person[]) => void>): Promise<Person[]> {
    const [before, gone] = [this.#settings, this.#takeOut()];
    this.#settings = newSettings(this.#options.random);
    this.#links.clear();
    out(gone);
    await this.#options.store.erase(this.#settings).catch((error: unknown) => {
      this.#settings = before;
      for (const person of gone) this.#people.add(person);
      back(gone);
      throw error;
    });
    // Those who were just being stored when it began have been deleted with the others.
    const late = this.#takeOut();
    if (late.length > 0) out(late);
    return [...gone, ...late];
  }

  /** Deletes what these people have said, once they can say nothing more. Rejects with an error of the store. */
  async eraseWords(people: readonly Person[]): Promise<void> {
    await this.#options.store.eraseWords(people.map(({ account }) => account.id));
  }

  #takeOut(): Person[] {
    return this.#people.takeOut(({ role }) => role === 'instructor');
  }

  /** What lets one assistant in, in place of the join code. */
  newAssistantCode(): string {
    const [oldest] = this.#links.keys();
    if (oldest !== undefined && this.#links.size >= LINKS) this.#links.delete(oldest);
    const code = toHex(this.#options.random(TOKEN_BYTES));
    this.#links.set(hashOfSecret(code), this.#clock() + LINK_TIME);
    return code;
  }

  #roleFor(typed: string, address: string): 'assistant' | 'student' {
    const wait = this.#tries.wait(address);
    if (wait !== undefined)
      throw new JoinError('rate_limited', 'Too many wrong codes were tried from here.', { retryAfter: wait });
    const until = this.#links.get(hashOfSecret(typed));
    if (until !== undefined && until > this.#clock()) return 'assistant';
    if (!this.#settings.open)
      throw new JoinError('class_closed', 'This class is not letting anyone in now; ask the instructor.');
    if (sameToken(cleanCode(typed), this.#settings.code)) return 'student';
    this.#tries.missed(address);
    throw new JoinError(
      'wrong_code',
      'This is not the code of this class; the instructor can show it to you.',
    );
  }

  async #add(
    name: string,
    { role, token, address }: { role: Person['role']; token: string | undefined; address: string },
  ): Promise<Person> {
    const key = nameKey(name);
    const now = this.#clock();
    const tokenHash = token === undefined ? undefined : hashOfSecret(token);
    const psk = this.#options.random(KEY_BYTES);
    this.#coming.add(key);
    const stored = await this.#options.store
      .addPerson({ name, key, role, tokenHash, psk, joined: now, seen: now, address })
      .finally(() => this.#coming.delete(key));
    if (stored) {
      this.#people.add(stored);
      return stored;
    }
    const taken = (other: string) => this.#people.byKey(nameKey(other)) !== undefined;
    throw new JoinError('name_taken', 'Somebody in this class has this name, or one that looks like it.', {
      suggestions: freeNames(name, NUMBERED, taken),
    });
  }

  get #instructor(): Person | undefined {
    return this.#people.leaders.find(({ role }) => role === 'instructor');
  }

  async #ensureInstructor(): Promise<void> {
    for (let number = 1; !this.#instructor && number < 100; number++) {
      const name = number === 1 ? INSTRUCTOR : `${INSTRUCTOR}-${number}`;
      await this.#add(name, { role: 'instructor', token: undefined, address: '' }).catch((error: unknown) => {
        if (!(error instanceof JoinError)) throw error;
      });
    }
  }

  #audit(
    event: Extract<AuditEntry['event'], `class.${string}`>,
    { account: { name } }: Person,
    { actor = name, ...more }: Partial<Pick<AuditEntry, 'actor' | 'address' | 'detail'>>,
  ): void {
    this.#options.audit({ ts: this.#clock(), event, actor, subject: name, ...more });
  }
}

function newSettings(random: RosterOptions['random']): ClassSettings {
  return { title: TITLE, code: newCode(random), open: true, display: EMPTY_DISPLAY, expected: [] };
}

/** The shared key of a person: its id names the person to the server, and to whoever reads the handshake. */
export function keyOf({ id, psk }: Pick<Person, 'id' | 'psk'>): SharedKey {
  return { id: `class-${id}`, key: psk };
}
