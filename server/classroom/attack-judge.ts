/**
 * What came of an attack on somebody's message: the verdict follows from what was observed, and from nothing else. Times are
 * milliseconds since 1970.
 */
import { type AttackOutcome, FORGED, type RoomAttackId } from '#dissect/page-room-attack';

/** Something that the server has given to others, as it was said over the connection. */
export interface Heard {
  readonly text: string;
  readonly ref: string | undefined;
}

/** An end of a connection. */
export interface End {
  readonly code: string;
  /** Nobody has noticed anything. */
  readonly isOrderly: boolean;
}

/** What was observed of one student's connection. */
export interface Evidence {
  /** Units that Mallory took, and what she sent on in their place. */
  readonly took: readonly Uint8Array[];
  readonly sent: readonly Uint8Array[];
  /** She has done all that she wants. */
  readonly isOver: boolean;
  /** In the order in which the server gave it to others. */
  readonly heard: readonly Heard[];
  /** Units that went on to the server as they came, after she had done it. */
  readonly passed: number;
  /** How the connection ended. */
  readonly ended: End | undefined;
  /** When the last of these was observed. */
  readonly at: number;
}

export const NOTHING_YET: Evidence = {
  took: [],
  sent: [],
  isOver: false,
  heard: [],
  passed: 0,
  ended: undefined,
  at: 0,
};

/** Milliseconds in which a server that notices something has long ended the connection. */
export const QUIET_MS = 3_000;

const succeeds = (words: string): AttackOutcome => ({ verdict: 'succeeds', words });
const prevented = (words: string): AttackOutcome => ({ verdict: 'prevented', words });

/** The outcome, or undefined as long as it takes more to know. `isQuiet`: nothing was observed for a while. */
type Judge = (evidence: Evidence, isQuiet: boolean) => AttackOutcome | undefined;

const JUDGES: Readonly<Record<RoomAttackId, Judge>> = {
  'flip-text': ({ heard }, isQuiet) => {
    if (heard.length > 0) return succeeds('The server took the changed message, and the others heard it.');
    return isQuiet ? prevented('The server gave the others nothing of it.') : undefined;
  },
  'replay-message': ({ heard }, isQuiet) => {
    const times = heard.filter(({ ref, text }) => ref === heard[0]?.ref && text === heard[0]?.text).length;
    if (times > 1) return succeeds(`The others heard the message ${times} times.`);
    if (!isQuiet) return undefined;
    const heardOnce = times === 1 ? 'The others heard it once' : 'The others heard nothing of it';
    return prevented(`${heardOnce}, and the connection went on.`);
  },
  reorder: ({ heard }) =>
    heard.length > 1 ? succeeds('The others heard the second message first.') : undefined,
  // A receiver that counts notices the gap with the next record, and not before.
  drop: ({ passed }, isQuiet) =>
    passed > 0 && isQuiet
      ? succeeds('The others heard nothing of the message, and the server noticed nothing.')
      : undefined,
  'forge-message': ({ heard }, isQuiet) => {
    if (heard.some(({ text }) => text === FORGED))
      return succeeds('The others heard in this student’s name what Mallory has said.');
    return isQuiet ? prevented('The others heard nothing of what Mallory has said.') : undefined;
  },
};

/** The outcome, or undefined as long as it takes more to know. */
export function judged(attack: RoomAttackId, evidence: Evidence, now: number): AttackOutcome | undefined {
  const { took, isOver, ended, at } = evidence;
  if (took.length === 0) return undefined;
  if (ended && !ended.isOrderly)
    return { verdict: 'detected', words: `The server ended the connection: ${ended.code}.` };
  if (isOver) {
    const outcome = JUDGES[attack](evidence, now - at >= QUIET_MS);
    if (outcome) return outcome;
  }
  return ended === undefined
    ? undefined
    : { verdict: null, words: 'The connection ended in order before anything could be seen.' };
}

/** What is said of somebody for whom it is over without a verdict. */
export function unjudged({ took, isOver }: Evidence): AttackOutcome {
  if (took.length === 0) return { verdict: null, words: 'Nothing was said over this wire.' };
  return {
    verdict: null,
    words: isOver
      ? 'Nothing more was said, so nothing could be noticed.'
      : 'There was no second message to turn it round with, so it went on as it came.',
  };
}
