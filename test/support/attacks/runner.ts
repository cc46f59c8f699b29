/** A process that plays one mutant after another: what they share is loaded once. */
import type * as Mutant from './play-cells.ts';

export interface Job {
  /** The bundle of a mutant. */
  readonly bundle: string;
  readonly attacks: readonly string[];
}

export type Answer = { readonly cells: readonly Mutant.PlayedCell[] } | { readonly error: string };

async function answer({ bundle, attacks }: Job): Promise<Answer> {
  try {
    const mutant = (await import(bundle)) as typeof Mutant;
    return { cells: await mutant.playCells(attacks) };
  } catch (error) {
    return { error: String(error) };
  }
}

process.on('disconnect', () => process.exit());
process.on('message', (job: Job) => void answer(job).then((said) => process.send?.(said)));
