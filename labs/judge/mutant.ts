/** Wrong solutions: each differs from the solution in one thing, and the check that is about that thing must notice. */
export interface Mutant {
  /** What is wrong, as a name: `tag-ignored`. */
  readonly name: string;
  /** The id of a check that must fail. */
  readonly fails: string;
  /** Texts of the solution, each occurring once, and what stands there instead. */
  readonly edits: readonly (readonly [text: string, instead: string])[];
}

/** The mutant's text. Throws when a text does not occur exactly once: the solution has changed. */
export function mutate(solution: string, { name, edits }: Mutant): string {
  return edits.reduce((text, [from, to]) => {
    const count = text.split(from).length - 1;
    if (count !== 1) throw new Error(`mutant ${name}: ${JSON.stringify(from)} occurs ${count} times`);
    return text.replace(from, () => to);
  }, solution);
}
