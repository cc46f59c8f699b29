/** What is said of an attack on the room, and where what went on differs from what was sent. */
import {
  type AttackRow,
  FORGED,
  ROOM_ATTACKS,
  type OwnAttack,
  type RoomAttackId,
  type RoomAttackNow,
} from '#dissect/page-room-attack';
import type { Me } from '#dissect/page-class';
import { counted } from '#protocol/shown';
import { whoIs } from './band-words.ts';

/** What a student agrees to. */
export const ATTACK_WORDS: Readonly<Record<RoomAttackId, string>> = {
  'flip-text': 'Mallory flips one bit of the next message that you say.',
  'replay-message': 'Mallory sends the next message that you say a second time.',
  reorder: 'Mallory holds the next message that you say, and lets the one after it go first.',
  drop: 'Mallory keeps the next message that you say.',
  'forge-message': `Mallory puts “${FORGED}” behind the next message that you say, in your name.`,
};

/** `Change a digit, on plain`. */
export function attackTitle({ attack, wire }: Pick<RoomAttackNow, 'attack' | 'wire'>): string {
  return `${ROOM_ATTACKS[attack].name}, on ${wire}`;
}

export function agreeLine({ agreed, of }: Pick<RoomAttackNow, 'agreed' | 'of'>): string {
  return `${agreed} of ${counted(of, 'student')} here ${agreed === 1 ? 'agrees' : 'agree'}.`;
}

/** `3 succeed, 2 detected`; for the verdicts that there are. */
export function countsLine({
  counts: { succeeds, detected, prevented },
}: Pick<RoomAttackNow, 'counts'>): string {
  const parts = [
    succeeds > 0 && `${succeeds} ${succeeds === 1 ? 'succeeds' : 'succeed'}`,
    detected > 0 && `${detected} detected`,
    prevented > 0 && `${prevented} prevented`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'Nothing to judge yet' : parts.join(', ');
}

/** Once it has begun: who takes part, and what has come of it. */
export function courseLine(attack: Pick<RoomAttackNow, 'agreed' | 'of' | 'counts' | 'error'>): string {
  const { agreed, of, error } = attack;
  const early = error === null ? '' : ` It ended early: ${error}.`;
  return `${agreed} of ${of} take part. ${countsLine(attack)}.${early}`;
}

/** One line above every view. */
export function attackLine(attack: RoomAttackNow, me: Me): string {
  const { stage, by, own, wire } = attack;
  const title = `“${ROOM_ATTACKS[attack.attack].name}” on ${wire}`;
  if (stage === 'over') return `The attack on the room is over: ${title}. ${countsLine(attack)}.`;
  if (stage === 'begun') {
    if (own?.standing) return `${title}: ${standingLine(own, attack)}`;
    return `An attack on the room goes on: ${title}.${own ? ' Your connections are not touched.' : ''}`;
  }
  const who = by === me.name ? 'You ask' : `${whoIs(by)} asks`;
  if (!own) return `${who} the class about an attack: ${title}. ${agreeLine(attack)}`;
  return `${who} whether Mallory may attack you: ${title}. ${agreeLine(attack)} ${answerLine(own)}`;
}

export function answerLine({ agrees }: Pick<OwnAttack, 'agrees'>): string {
  if (agrees === null) return 'You have not answered, which is a no.';
  return agrees ? 'You agree.' : 'You do not agree.';
}

/** For a student in whose connections it is played. */
export function standingLine({ standing, outcome }: OwnAttack, { attack, wire }: RoomAttackNow): string {
  switch (standing) {
    case 'waiting':
      return `Mallory finds no connection of yours on ${wire}. Open the view Wires, which has one.`;
    case 'in':
      return `Mallory is in your connection on ${wire}. Say something over it.`;
    case 'acted':
      return attack === 'reorder' || attack === 'drop'
        ? 'Mallory has your message. Say something more.'
        : 'Mallory has done it. What comes of it is awaited.';
    default:
      return `Mallory has left your connection. ${outcome?.words ?? ''}`;
  }
}

/** In the table of those who lead. */
export function rowLine({ agrees, standing, outcome }: AttackRow): string {
  if (outcome) return outcome.words;
  if (standing === 'waiting') return 'no connection on this wire yet';
  if (standing === 'in') return 'Mallory waits for a message';
  if (standing === 'acted') return 'Mallory has acted';
  if (agrees === null) return 'not answered';
  return agrees ? 'yes' : 'no';
}

/** Those about whom there is most to say first, and each kind by name. */
export function sortedRows(rows: readonly AttackRow[]): AttackRow[] {
  const rank = ({ agrees, standing }: AttackRow): number =>
    standing ? 0 : agrees ? 1 : agrees === false ? 2 : 3;
  return rows.toSorted((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** Bytes in a row that are the same as they were, or are not. */
export interface ByteRun {
  /** In hex. */
  readonly bytes: string;
  readonly isOther: boolean;
}

/** A unit that went on, beside those that were taken: the same, one of the same length changed, or something of Mallory's own. */
export function runsOf(sent: string, took: readonly string[]): ByteRun[] {
  if (took.includes(sent)) return [{ bytes: sent, isOther: false }];
  const before = took.find(({ length }) => length === sent.length) ?? '';
  const runs: ByteRun[] = [];
  for (let at = 0; at < sent.length; at += 2) {
    const byte = sent.slice(at, at + 2);
    const isOther = byte !== before.slice(at, at + 2);
    const last = runs.at(-1);
    if (last?.isOther === isOther) runs[runs.length - 1] = { bytes: last.bytes + byte, isOther };
    else runs.push({ bytes: byte, isOther });
  }
  return runs;
}

/** `What went on, 2 of 2`. */
export function unitTitle(title: string, at: number, all: number): string {
  return all === 1 ? title : `${title}, ${at + 1} of ${all}`;
}
