/** What a soak is: something that must hold for a long time, or again and again. */

export interface Amount {
  /** How many times, where the soak goes round by round. */
  readonly rounds: number;
  /** For how long, where it runs by the clock. */
  readonly minutes: number;
}

export interface Soak {
  readonly name: string;
  /** What it shows, in one line. */
  readonly shows: string;
  /** How much of it, unless told otherwise. */
  readonly amount: Amount;
  /** Gives figures of what happened, for a person to read. Rejects when something did not hold, and says what. */
  readonly run: (amount: Amount, progress: (line: string) => void) => Promise<string>;
}
