/**
 * What pages and server say to each other of an attack on the room: Mallory plays one of these on the connections of the
 * students who have agreed to it. Times are milliseconds since 1970.
 */
import type { WireName } from '#protocol/wires';
import type { VerdictName } from './page-attacks.ts';

/** Those of the matrix that need nothing but a place on the path and the next message. */
export const ROOM_ATTACKS = {
  'flip-text': { id: 'flip-text', family: 'changing', name: 'Change a digit' },
  'replay-message': { id: 'replay-message', family: 'repeating', name: 'Repeat a message' },
  reorder: { id: 'reorder', family: 'repeating', name: 'Turn two messages round' },
  drop: { id: 'drop', family: 'repeating', name: 'Leave a message out' },
  'forge-message': { id: 'forge-message', family: 'impersonating', name: 'Say something in her name' },
} as const;
export type RoomAttackId = keyof typeof ROOM_ATTACKS;
export const ROOM_ATTACK_IDS = Object.keys(ROOM_ATTACKS) as RoomAttackId[];

/** What Mallory says in somebody's name. */
export const FORGED = 'I owe eve 1000';

export type RoomVerdict = Exclude<VerdictName, 'not applicable'>;

/**
 * Where somebody is who has agreed. waiting: Mallory is not in their connection, because they have none on this wire; in: she waits
 * for what they say next; acted: she has done something, and what comes of it is awaited; over: she has left.
 */
export type AttackedStanding = 'waiting' | 'in' | 'acted' | 'over';

/** What came of it for one student, as it was observed. */
export interface AttackOutcome {
  /** Null if nothing could be observed. */
  readonly verdict: RoomVerdict | null;
  readonly words: string;
}

/** For the student alone. */
export interface OwnAttackOutcome extends AttackOutcome {
  /** What crossed Mallory's sockets, in hex, each unit cut to `CLASS_CAPS.attackBytes`: what she took, and what she sent on. */
  readonly took: readonly string[];
  readonly sent: readonly string[];
  /** What others got of it, in the order in which the server gave it to them. */
  readonly heard: readonly string[];
}

export interface OwnAttack {
  /** Null until the student has answered. */
  readonly agrees: boolean | null;
  /** Null for a student on whose connections nothing is played. */
  readonly standing: AttackedStanding | null;
  readonly outcome: OwnAttackOutcome | null;
}

/** A student, as those who lead are told of them. */
export interface AttackRow extends Omit<OwnAttack, 'outcome'> {
  readonly id: number;
  readonly name: string;
  readonly outcome: AttackOutcome | null;
}

export interface RoomAttackNow {
  /** Later attacks have higher numbers. */
  readonly id: number;
  readonly attack: RoomAttackId;
  readonly wire: WireName;
  /** Name of whoever has asked for it. */
  readonly by: string;
  readonly since: number;
  readonly stage: 'asked' | 'begun' | 'over';
  /** While it is asked: students who agree, of those who are here. Later: of those who were here when it began. */
  readonly agreed: number;
  readonly of: number;
  readonly counts: Readonly<Record<RoomVerdict, number>>;
  /** Null for those who lead. */
  readonly own: OwnAttack | null;
  /** Null for students. */
  readonly rows: readonly AttackRow[] | null;
  /** Why it ended before its time, if nobody wanted that. */
  readonly error: string | null;
}

/** Of the server, when the attack changes for the person of the page; null when there is none. */
export interface RoomAttackNews {
  readonly type: 'attack';
  readonly attack: RoomAttackNow | null;
}

/**
 * A student agrees, or does not. Once it has begun, no ends it for them at once. Refused with `attack_over`, `attack_begun`,
 * `students_only`.
 */
export interface ConsentAction {
  readonly type: 'consent';
  readonly attack: number;
  readonly yes: boolean;
}

export type RoomAttackAction =
  /** In place of what the class was asked before. Refused with `attack_begun`, `no_tap`, `wire_off`. */
  | { readonly type: 'ask-attack'; readonly attack: RoomAttackId; readonly wire: WireName }
  /** Begins it with those who agree and are here. Refused with `attack_over`, `attack_begun`, `nobody_agrees`, `wire_off`. */
  | { readonly type: 'begin-attack' }
  /** Ends it; when it is over, or has not begun, takes it away. Refused with `attack_over`. */
  | { readonly type: 'end-attack' };
