/** The students of one kind: each step of the lesson is the same for all kinds, and is measured for each. */

/** How something reaches a student: a message of the chat, or an announcement to the class. */
export type Channel = 'chat' | 'class';

export interface Crowd {
  /** As in “300 simulated students”. */
  readonly who: string;
  /** Resolves when all are in, with what is to be said of it beside the time. */
  join(code: string): Promise<string>;
  /** Resolves when all who are reached by it listen. `heard` has the moment at which each of them had it: see `clock`. */
  listen(text: string, by: Channel): Promise<{ readonly heard: Promise<readonly number[]> }>;
  /** This share of them loses all connections at once, without a goodbye. Resolves with how many are back, under their names. */
  drop(share: number): Promise<{ readonly count: number; readonly took: number }>;
  /** Resolves when nobody has a connection to the server any more. It has been killed. */
  cutOff(): Promise<void>;
  /** Resolves when all are back under their names. */
  comeBack(): Promise<void>;
  /** How many of these messages of the chat somebody has not: each with its text. */
  missing(said: ReadonlyMap<number, string>): Promise<number>;
  leave(): Promise<void>;
}
