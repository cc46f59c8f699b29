/** The lines of all key logs at hand, by the session that they belong to. */
import { parseSecretLine } from '../secrets/key-log-line.ts';

export class KnownLines {
  readonly #labels = new Map<string, Set<string>>();
  #count = 0;

  /** Different lines that are valid. */
  get count(): number {
    return this.#count;
  }

  /** Takes in a line of a key log. A line that is not valid, or was there before, does not count. */
  add(line: string): void {
    const parsed = parseSecretLine(line);
    if (!parsed) return;
    const labels = this.#labels.get(parsed.session) ?? new Set();
    this.#labels.set(parsed.session, labels);
    if (labels.has(parsed.label)) return;
    labels.add(parsed.label);
    this.#count++;
  }

  /** The labels of the lines for a session (as a rule its client random, in hex), in the order of the key log. */
  labelsOf(session: string): readonly string[] {
    return [...(this.#labels.get(session) ?? [])];
  }
}
