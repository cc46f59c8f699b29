/** The progress of long work. Short work shows none. */

/** Milliseconds of work before its progress shows. */
const SHOW_AFTER_MS = 250;

export class Progress {
  #since: number | undefined;
  #last = 0;
  #goal = 0;

  /**
   * Takes how much is `left` to do at a time in milliseconds. Returns the part done, from 0 to below 1, or undefined if
   * there is nothing worth showing. Work that is added meanwhile counts as part of the whole.
   */
  at(left: number, now: number): number | undefined {
    if (left === 0) {
      this.#since = undefined;
      this.#last = this.#goal = 0;
      return undefined;
    }
    this.#since ??= now;
    this.#goal += Math.max(0, left - this.#last);
    this.#last = left;
    return now - this.#since < SHOW_AFTER_MS ? undefined : 1 - left / this.#goal;
  }
}

/** Long work in progress. */
export interface Activity {
  /** `Opening records`. */
  readonly what: string;
  /** The part that is done, from 0 to 1; absent while the work has not taken long. */
  readonly share: number | undefined;
}

/** Part done in whole percent; never 100 before the end. */
export function percent(share: number): number {
  return Math.floor(share * 100);
}

/** `Opening records… 43 %`. */
export function activityText({ what, share }: Activity): string {
  return share === undefined ? `${what}…` : `${what}… ${percent(share)} %`;
}
