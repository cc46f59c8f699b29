/** What pages say of who may speak in a room of the chat. */
import type { ClassRole, RoomOrder } from '#dissect/page-class';
import { DEFAULT_ROOM } from '#protocol/messages';
import { counted } from '#protocol/shown';

/** Seconds of slow mode that are offered. */
const PAUSES = [5, 10, 30, 60] as const;

/** What can be chosen, with what is set now: a command of the chat can set any pause. */
export function pauseChoices(now: number): { readonly value: string; readonly label: string }[] {
  const pauses = [...new Set([0, ...PAUSES, now])].sort((a, b) => a - b);
  return pauses.map((seconds) => ({ value: String(seconds), label: pauseText(seconds) }));
}

function pauseText(seconds: number): string {
  return seconds === 0 ? 'Off' : counted(seconds, 'second');
}

/** The room in which the pages of the class speak. */
export function classRoom(rooms: readonly RoomOrder[]): RoomOrder | undefined {
  return rooms.find(({ name }) => name === DEFAULT_ROOM);
}

/** What everyone should know of a room; empty where everyone may speak at any time. */
export function orderText({ locked, slow }: Pick<RoomOrder, 'locked' | 'slow'>): string {
  if (locked) return 'The room is frozen: only those who lead can speak.';
  if (slow === 0) return '';
  return `Slow mode: each student can speak once in ${counted(slow, 'second')}, on one wire.`;
}

/** Why this person cannot speak in the room at all; empty if they can. */
export function silenceText(room: Pick<RoomOrder, 'locked'> | undefined, role: ClassRole): string {
  return room?.locked && role === 'student'
    ? 'The room is frozen: you can speak again when the instructor lets it go on.'
    : '';
}
