/** A name that a filter can ask for. */

/** What the values of a name are, and so what they can be compared with. */
export type Kind =
  | 'number'
  | 'text'
  /** Numbers on the wire that have names: both compare. */
  | 'named'
  | 'bytes'
  | 'flag'
  /** Milliseconds since 1970, or a date. */
  | 'time'
  /** Fields inside, and no value of its own. */
  | 'group'
  /** Different ones in different places. */
  | 'any';

export interface KnownName {
  readonly path: string;
  readonly kind: Kind;
  /** What it is, in a sentence. */
  readonly note: string;
  readonly source?: string;
  /** Values it can have, or the usual ones. */
  readonly values?: readonly string[];
  /** True when it has no others. */
  readonly closed?: true;
}
