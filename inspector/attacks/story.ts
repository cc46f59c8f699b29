/** What an attack tells: Mallory's steps, and between them what the others have seen since the one before. */
import type { Step } from './contract.ts';

/** Most things of the others that are told between two steps of hers. */
export const HAPPENINGS_CAP = 40;

export class Story {
  readonly steps: Step[] = [];
  readonly #onStep: (step: Step) => Promise<void> | void;
  #since: Step[] = [];
  #left = 0;

  constructor(onStep: (step: Step) => Promise<void> | void = () => undefined) {
    this.#onStep = onStep;
  }

  /** Somebody has seen something. What happens again at once is counted and not repeated. */
  happens(step: Step): void {
    const at = this.#since.findLastIndex(({ place }) => place === step.place);
    const before = this.#since[at];
    if (before?.title === step.title && before.text === step.text)
      this.#since[at] = { ...before, times: (before.times ?? 1) + 1 };
    else if (this.#since.length < HAPPENINGS_CAP) this.#since.push(step);
    else this.#left++;
  }

  /** Mallory has done or seen something. Resolves when the attack may go on. */
  async step(step: Step): Promise<void> {
    await this.end();
    this.steps.push(step);
    await this.#onStep(step);
  }

  /** Tells of what has happened since the last step. */
  async end(): Promise<void> {
    const since = this.#since;
    if (this.#left > 0) since.push({ place: 'server', title: `${this.#left} more of these` });
    [this.#since, this.#left] = [[], 0];
    this.steps.push(...since);
    for (const step of since) await this.#onStep(step);
  }
}
