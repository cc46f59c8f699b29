/**
 * The code with which a student's terminal tells the class how checks ended. It opens nothing else: it is made from the
 * person's shared key by a function that cannot be turned round, and is taken by one route only.
 */
import { createHmac } from 'node:crypto';
import { JoinError } from '#classroom/joining';
import type { Person } from '#classroom/records';
import { CODE_ALPHABET } from '#dissect/page-class';
import { hashOfSecret } from '../guard.ts';
import type { Roster } from './roster.ts';
import { Tries } from './tries.ts';

/** Characters of a code: nearly 60 bits, for which guesses that are throttled would need longer than a person lives. */
const LENGTH = 12;
const GROUP = 4;
const PURPOSE = 'wireglass: code of a terminal in a class, version 1';

/** As `k2f2-vu7h-9mq4`. */
export function labCodeOf({ psk }: Pick<Person, 'psk'>): string {
  const digest = createHmac('sha256', psk).update(PURPOSE).digest();
  const base = BigInt(CODE_ALPHABET.length);
  let rest = BigInt(`0x${digest.toString('hex')}`);
  const letters = Array.from({ length: LENGTH }, () => {
    const letter = CODE_ALPHABET.charAt(Number(rest % base));
    rest /= base;
    return letter;
  });
  return letters.join('').replace(new RegExp(`(.{${GROUP}})(?!$)`, 'g'), '$1-');
}

interface LabCode {
  readonly code: string;
  /** People are found by it: a look at the time that this takes tells nothing of a code. */
  readonly hash: string;
}

export class LabCodes {
  readonly #roster: Pick<Roster, 'people'>;
  readonly #tries = new Tries();
  /** By the key that it is made from, which stays the same for a person. */
  readonly #codes = new WeakMap<Uint8Array, LabCode>();

  constructor(roster: Pick<Roster, 'people'>) {
    this.#roster = roster;
  }

  /** Every change in the class is told to every page, so each code is made only once. */
  codeOf(person: Pick<Person, 'psk'>): string {
    return this.#known(person).code;
  }

  /** Whose code this is. Throws `JoinError`: `wrong_code`, also of somebody who was removed, or `rate_limited`. */
  personWith(typed: string, address: string): Person {
    const wait = this.#tries.wait(address);
    if (wait !== undefined)
      throw new JoinError('rate_limited', 'Too many wrong codes were tried from here.', { retryAfter: wait });
    const hash = hashOfSecret(typed.trim().toLowerCase());
    const person = [...this.#roster.people.all].find((each) => this.#known(each).hash === hash);
    if (person && !person.removed) return person;
    this.#tries.missed(address);
    throw new JoinError('wrong_code', 'This is not the code that your page shows in the view Class.');
  }

  #known({ psk }: Pick<Person, 'psk'>): LabCode {
    const known = this.#codes.get(psk);
    if (known) return known;
    const code = labCodeOf({ psk });
    const made = { code, hash: hashOfSecret(code) };
    this.#codes.set(psk, made);
    return made;
  }
}
