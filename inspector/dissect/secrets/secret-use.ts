/**
 * What came of the secrets at hand: whether they belong to the connections that were read, and which were
 * skipped.
 */
import { counted } from '#protocol/shown';

/** A secret of a key log whose length is not the one that its session needs. */
export interface SecretMisfit {
  readonly label: string;
  /** The client random, or whatever else the label goes by, in hex. */
  readonly session: string;
  /** In bytes. */
  readonly length: number;
  readonly expected: readonly number[];
}

export interface SecretUse {
  /** Sessions that the lines at hand name, each counted once: by client random, as a rule. */
  readonly sessions: number;
  /** How many of them occur in what was read. */
  readonly found: number;
  /** Secrets that were skipped. They are known once the records that need them have been read. */
  readonly misfits: readonly SecretMisfit[];
  /** Older lines that made room for newer ones. */
  readonly dropped: number;
}

/** Misfits named one by one. */
const NAMED = 5;
const SHOWN_OF_NAME = 16;

/** What a reader should know about it, in sentences; empty when there is nothing to say. */
export function secretWarnings({ sessions, found, misfits, dropped }: SecretUse): string[] {
  const more = misfits.length - NAMED;
  return [
    ...(sessions > 0 && found === 0
      ? [
          `0 of ${counted(sessions, 'random')} in the key log occur in this capture: it belongs to other connections`,
        ]
      : []),
    ...misfits.slice(0, NAMED).map((misfit) => `${misfitText(misfit)}, so it is not used`),
    ...(more > 0
      ? [`${counted(more, 'more secret')} of a wrong length ${more === 1 ? 'is' : 'are'} not used`]
      : []),
    ...(dropped > 0 ? [`${counted(dropped, 'older line')} of the key log made room for newer ones`] : []),
  ];
}

/** Which secret it is, how long it is, and how long it should be. */
export function misfitText({ label, session, length, expected }: SecretMisfit): string {
  const name = session.length > SHOWN_OF_NAME ? `${session.slice(0, SHOWN_OF_NAME)}…` : session;
  const what = label.startsWith('RSA') ? label : `${label} of client random`;
  return `${what} ${name} has ${counted(length, 'byte')} where ${expected.join(' or ')} are expected`;
}
