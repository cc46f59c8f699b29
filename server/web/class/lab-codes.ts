/**
 * The code with which a student's terminal tells the class how checks ended. It opens nothing else, and is taken by one route
 * only.
 */
import { JoinError } from '#classroom/joining';
import type { Person } from '#classroom/records';
import { KeyCodes } from './key-codes.ts';
import type { Roster } from './roster.ts';
import { Tries } from './tries.ts';

const PURPOSE = 'wireglass: code of a terminal in a class, version 1';

export class LabCodes {
  readonly #roster: Pick<Roster, 'people'>;
  readonly #tries = new Tries();
  readonly #codes = new KeyCodes(PURPOSE);

  constructor(roster: Pick<Roster, 'people'>) {
    this.#roster = roster;
  }

  codeOf(person: Pick<Person, 'psk'>): string {
    return this.#codes.codeOf(person);
  }

  /** Whose code this is. Throws `JoinError`: `wrong_code`, also of somebody who was removed, or `rate_limited`. */
  personWith(typed: string, address: string): Person {
    const wait = this.#tries.wait(address);
    if (wait !== undefined)
      throw new JoinError('rate_limited', 'Too many wrong codes were tried from here.', { retryAfter: wait });
    const person = this.#codes.find(this.#roster.people.all, typed);
    if (person && !person.removed) return person;
    this.#tries.missed(address);
    throw new JoinError('wrong_code', 'This is not the code that your page shows in the view Class.');
  }
}
