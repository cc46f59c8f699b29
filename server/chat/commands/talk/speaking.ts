/** Who may speak where and when: mutes, locked rooms, and the pause between two messages. */
import { type Context, given, refuse } from '../command.ts';
import { keepsOrder } from '../ranks.ts';
import type { Place } from './place.ts';
import type { Effect } from '../../effects.ts';
import type { Sanction } from '../../records.ts';
import { muteOn } from '../../sanctions.ts';
import type { Member } from '../../state.ts';
import { nameKey } from '#wire/names';

/** The refusal for whoever is muted here, or where the room is locked. */
export function refuseSilenced(
  context: Context,
  place: Place,
  member: Member,
  ref: string | undefined,
): Effect[] | undefined {
  const { state, session, now } = context;
  const room = place.label;
  const mute = muteOf(context, place, member);
  if (mute) {
    const wait = mute.until === undefined ? undefined : secondsUntil(mute.until, now);
    return refuse(session, 'muted', given({ ref, room, got: mute.reason, retry_after: wait }));
  }
  if (state.rooms.get(place.key)?.record?.locked && !keepsOrder(session))
    return refuse(session, 'room_locked', given({ ref, room }));
  return undefined;
}

function muteOf({ state, session, now }: Context, { key }: Place, member: Member): Sanction | undefined {
  // Every message comes by here, and mostly nobody is muted.
  if (state.sanctions.size === 0) return undefined;
  const suspect = { author: member.author, key: nameKey(member.name), address: session.address };
  return muteOn(state, suspect, key, now);
}

/** The refusal for whoever has to wait before it speaks again; for others the pause begins. */
export function refusePausing(
  { state, session, now }: Context,
  { key, label }: Place,
  member: Member,
  ref: string | undefined,
): Effect[] | undefined {
  const slow = state.rooms.get(key)?.record?.slow ?? 0;
  if (slow === 0 || keepsOrder(session)) return undefined;
  const until = (member.spoke.get(key) ?? -Infinity) + slow * 1_000;
  if (until > now) {
    const wait = secondsUntil(until, now);
    return refuse(session, 'slow_mode', given({ ref, room: label, retry_after: wait }));
  }
  member.spoke.set(key, now);
  return undefined;
}

function secondsUntil(until: number, now: number): number {
  return Math.ceil((until - now) / 1_000);
}
