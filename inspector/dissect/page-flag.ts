/** What pages and server say to each other of the flags of a class. Times are milliseconds since 1970. */

/** What a student has handed in, as those who lead are told it. It has no flag in it. */
export interface FlagStanding {
  /** When the student handed in their own; null if that was not yet. */
  readonly own: number | null;
  /** For whom the other flags were made that the student has handed in, in this order. */
  readonly others: readonly { readonly name: string; readonly time: number }[];
}

/**
 * A student hands in a flag. The answer is `done` if it is their own, and otherwise why it is not: `flag_of_other`,
 * `wrong_flag`, `rate_limited`, `students_only`.
 */
export interface FlagAction {
  readonly type: 'hand-in';
  readonly flag: string;
}
