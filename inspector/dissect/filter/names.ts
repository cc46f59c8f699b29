/** The names that a filter can ask for. */

/** The kind of values that a name has, and so what they can be compared with. */
export type Kind =
  | 'number'
  | 'text'
  /** Numbers that have names: either can be compared. */
  | 'named'
  | 'bytes'
  | 'flag'
  /** Milliseconds since 1970, or a date. */
  | 'time'
  /** It has fields inside, and no value of its own. */
  | 'group'
  /** Different kinds in different places. */
  | 'any';

export interface KnownName {
  readonly path: string;
  readonly kind: Kind;
  /** What it is, in a sentence. */
  readonly note: string;
  readonly source?: string;
  /** Its possible values, or the usual ones. */
  readonly values?: readonly string[];
  /** True when no other values are possible. */
  readonly closed?: true;
}
