/** The people of a class, by everything that they are looked up by. */
import type { Person, PersonChange } from './records.ts';

export class People {
  readonly #byId = new Map<number, Person>();
  readonly #byToken = new Map<string, Person>();
  readonly #byKey = new Map<string, Person>();

  constructor(people: Iterable<Person>) {
    for (const person of people) this.#keep(person);
  }

  get all(): Iterable<Person> {
    return this.#byId.values();
  }

  get count(): number {
    return this.#byId.size;
  }

  /** Those who have come in, without those who were turned out. */
  get students(): Person[] {
    return [...this.#byId.values()].filter(({ role, removed }) => role === 'student' && !removed);
  }

  get leaders(): Person[] {
    return [...this.#byId.values()].filter((person) => isLeader(person));
  }

  byId(id: number): Person | undefined {
    return this.#byId.get(id);
  }

  /** By the SHA-256 of the device's token. */
  byTokenHash(hash: string): Person | undefined {
    return this.#byToken.get(hash);
  }

  /** By `nameKey` of the name. */
  byKey(key: string): Person | undefined {
    return this.#byKey.get(key);
  }

  add(person: Person): void {
    this.#keep(person);
  }

  /** Takes everyone out except those of whom `stays` is true. Returns who that was. */
  takeOut(stays: (person: Person) => boolean): Person[] {
    const gone = [...this.#byId.values()].filter((person) => !stays(person));
    for (const { id, account, tokenHash } of gone) {
      this.#byId.delete(id);
      this.#byKey.delete(account.key);
      if (tokenHash !== undefined) this.#byToken.delete(tokenHash);
    }
    return gone;
  }

  /** The person as changed; `undefined` if there is none. */
  change(id: number, change: PersonChange): Person | undefined {
    const before = this.#byId.get(id);
    if (!before) return undefined;
    if (before.tokenHash !== undefined) this.#byToken.delete(before.tokenHash);
    const after = { ...before, ...change };
    this.#keep(after);
    return after;
  }

  #keep(person: Person): void {
    this.#byId.set(person.id, person);
    this.#byKey.set(person.account.key, person);
    if (person.tokenHash !== undefined) this.#byToken.set(person.tokenHash, person);
  }
}

export function isLeader({ role }: Pick<Person, 'role'>): boolean {
  return role !== 'student';
}
