/** What comes of a sealed record. */
import type { SealedParts } from './protection/protection.ts';
import type { Opener } from './protection/sequence.ts';

export type TlsOpening =
  | { readonly state: 'opened'; readonly content: Uint8Array }
  /**
   * The record was not encrypted. `reason` says so when it was changed on its way; it is empty when no change
   * is known.
   */
  | { readonly state: 'clear'; readonly content: Uint8Array; readonly reason: string }
  | { readonly state: 'no-key' | 'wrong-key'; readonly reason: string };

/** What opens one direction from one change of keys to the next. */
export interface Keys {
  /** Where the parts of a record are; `undefined` while that is not known. */
  readonly parts: SealedParts | undefined;
  open(record: Uint8Array): TlsOpening;
  /** That many bytes of the direction are missing. */
  gap(bytes: number): void;
}

export function opened(content: Uint8Array): TlsOpening {
  return { state: 'opened', content };
}

/** Why a secret that is at hand does not open a record. `name` says which secret it is. */
export function shut({ opened: before, lost }: Opener, name: string): string {
  if (lost) {
    return `records before this one are missing, and ${name} does not open this record at any of the places tried`;
  }
  return before > 0
    ? `${name} opened the records before, and does not open this record: it was changed on its way`
    : `${name} does not open this record: the secret is another session’s, or the record was changed on its way`;
}

/** The reason for a record whose secret is not at hand. `which` begins with the label of the line that would open it. */
export function lacking(which: string, why: string): string {
  return `no ${which} is at hand${why}`;
}

/** The label, and what else the reason says, when it is one of `lacking`. */
export function lackingLabel(reason: string): { readonly label: string; readonly why: string } | undefined {
  const [, label, why] = /^no ([A-Z][A-Z0-9_]*) .*? is at hand(.*)$/.exec(reason) ?? [];
  return label === undefined || why === undefined ? undefined : { label, why };
}
