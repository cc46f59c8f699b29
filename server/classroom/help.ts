/** Who in the class asks for help, and since when. In memory only: after a new start of the server, nobody does. */

export class HelpCalls {
  /** Milliseconds since 1970, by person. */
  readonly #since = new Map<number, number>();

  /** Since when this person has been asking; undefined if they are not. */
  sinceOf(person: number): number | undefined {
    return this.#since.get(person);
  }

  /** Who asks again keeps their turn. False if that changes nothing. `now`: milliseconds since 1970. */
  ask(person: number, now: number): boolean {
    if (this.#since.has(person)) return false;
    this.#since.set(person, now);
    return true;
  }

  /** The person has been helped, needs no help any more, or is out. False if they were not asking. */
  end(person: number): boolean {
    return this.#since.delete(person);
  }
}
