/**
 * Codes that are made from a person's shared key by a function that cannot be turned round, each kind with a purpose of its own:
 * they need no place in the store, and are others when the key is another.
 */
import { createHmac } from 'node:crypto';
import { cleanCode } from '#classroom/joining';
import type { Person } from '#classroom/records';
import { CODE_ALPHABET } from '#dissect/page-class';
import { hashOfSecret } from '../guard.ts';

/** Characters of a code: nearly 60 bits, for which guesses that are throttled would need longer than a person lives. */
const LENGTH = 12;
const GROUP = 4;

type Holder = Pick<Person, 'psk'>;

interface KeyCode {
  readonly code: string;
  /** People are found by it: a look at the time that this takes tells nothing of a code. */
  readonly hash: string;
}

/** As `k2f2-vu7h-9mq4`. `purpose`: what tells this kind of code from others. */
function codeFrom({ psk }: Holder, purpose: string): string {
  const digest = createHmac('sha256', psk).update(purpose).digest();
  const base = BigInt(CODE_ALPHABET.length);
  let rest = BigInt(`0x${digest.toString('hex')}`);
  const letters = Array.from({ length: LENGTH }, () => {
    const letter = CODE_ALPHABET.charAt(Number(rest % base));
    rest /= base;
    return letter;
  });
  return letters.join('').replace(new RegExp(`(.{${GROUP}})(?!$)`, 'g'), '$1-');
}

export class KeyCodes {
  readonly #purpose: string;
  readonly #prefix: string;
  /** By the key that it is made from, which stays the same for a person. */
  readonly #codes = new WeakMap<Uint8Array, KeyCode>();

  /** `prefix`: what every code of this kind begins with. */
  constructor(purpose: string, prefix = '') {
    this.#purpose = purpose;
    this.#prefix = prefix;
  }

  /** Every change in the class is told to every page, so each code is made only once. */
  codeOf(person: Holder): string {
    return this.#known(person).code;
  }

  /** Whose code this is, however it was typed. */
  find<P extends Holder>(people: Iterable<P>, typed: string): P | undefined {
    const hash = hashOfSecret(cleanCode(typed));
    return [...people].find((person) => this.#known(person).hash === hash);
  }

  #known(person: Holder): KeyCode {
    const known = this.#codes.get(person.psk);
    if (known) return known;
    const code = `${this.#prefix}${codeFrom(person, this.#purpose)}`;
    const made = { code, hash: hashOfSecret(cleanCode(code)) };
    this.#codes.set(person.psk, made);
    return made;
  }
}
