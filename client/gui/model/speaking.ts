/** Who may speak in a room, and when, as the server has told this window. It judges each message itself. */
import type { Server } from '#protocol/messages';
import { counted } from '#protocol/shown';

export interface Speaking {
  /** Only moderators may speak. */
  readonly locked: boolean;
  /** Seconds between two messages of a member; 0 for no pause. */
  readonly slow: number;
}

export const FREE: Speaking = { locked: false, slow: 0 };

/** What holds after a notice; undefined if it is about something else. */
export function afterNotice(
  before: Speaking,
  { event, seconds = 0 }: Pick<Server<'notice'>, 'event' | 'seconds'>,
): Speaking | undefined {
  if (event === 'locked' || event === 'unlocked') return { ...before, locked: event === 'locked' };
  return event === 'slowed' ? { ...before, slow: seconds } : undefined;
}

/** What a member should know of the room; empty where everyone may speak at any time. */
export function orderLine({ locked, slow }: Speaking, moderates: boolean): string {
  if (locked)
    return moderates
      ? 'The room is frozen: only those who keep order can speak.'
      : 'The room is frozen: you cannot speak until it is let go on.';
  if (slow === 0) return '';
  const pause = `${counted(slow, 'second')} between two messages`;
  return moderates ? `Slow mode: members wait ${pause}.` : `Slow mode: ${pause}.`;
}

/** Whole seconds until a member may speak again who last spoke at this time; 0 if that is now. Times are in milliseconds. */
export function secondsToWait({ slow }: Speaking, spoke: number, now: number): number {
  // The clock of a page ticks once a second: it may be behind.
  return Math.max(0, Math.min(slow, slow + Math.ceil((spoke - now) / 1_000)));
}

/** When a member must have spoken whom the server makes wait for so many seconds: perhaps elsewhere. */
export function spokeBefore({ slow }: Speaking, wait: number, now: number): number {
  return now - Math.max(0, slow - wait) * 1_000;
}
