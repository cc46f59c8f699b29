/** Who may speak where and when: mutes, locked rooms, and the pause between two messages. */
import { type Context, type Details, withoutUndefined } from '../command.ts';
import { canModerate } from '../ranks.ts';
import type { Venue } from './venue.ts';
import { muteOn, suspectOf } from '../../sanctions.ts';
import type { Member } from '../../sessions.ts';
import type { ErrorCode } from '#protocol/errors';

/** Why a message must not be said. */
export interface Objection extends Pick<Details, 'got' | 'retry_after'> {
  readonly code: ErrorCode;
}

/** The objection if the member is muted here, or if the room is locked or being removed. */
export function silenceOf(context: Context, venue: Venue, member: Member): Objection | undefined {
  const { state, session, now } = context;
  if (state.removing.has(venue.key)) return { code: 'room_removed' };
  const mute = muteOn(state, suspectOf(session, member), venue.key, now);
  if (mute) {
    const wait = mute.ends === undefined ? undefined : secondsUntil(mute.ends, state.steady(now));
    return withoutUndefined({ code: 'muted' as const, got: mute.reason, retry_after: wait });
  }
  const isLocked = state.rooms.get(venue.key)?.record?.locked && !canModerate(session);
  return isLocked ? { code: 'room_locked' } : undefined;
}

/** The objection if the member must wait before it speaks again; otherwise its next pause begins. */
export function pauseOf(
  { state, session, now }: Context,
  { key }: Venue,
  member: Member,
): Objection | undefined {
  const slow = state.rooms.get(key)?.record?.slow ?? 0;
  if (slow === 0 || canModerate(session)) return undefined;
  const at = state.steady(now);
  const until = (member.spoke?.get(key) ?? -Infinity) + slow * 1_000;
  if (until > at) return { code: 'slow_mode', retry_after: secondsUntil(until, at) };
  (member.spoke ??= new Map()).set(key, at);
  return undefined;
}

function secondsUntil(until: number, now: number): number {
  return Math.ceil((until - now) / 1_000);
}
