/** `who`: lists the members in a room, or the ends of a private conversation that are here. */
import { type Venue, atVenue } from './venue.ts';
import { type Command, type Context, withoutUndefined, refuse, reply } from '../command.ts';
import { canModerate } from '../ranks.ts';
import type { Effect } from '../../effects.ts';
import type { Member, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { LIMITS } from '#protocol/limits';
import type { Client, Server } from '#protocol/messages';
import { cleanRoom } from '#protocol/names';

export const who: Command<Client<'who'>> = (context, message) => {
  const { state, session } = context;
  const key = message.room === undefined ? undefined : cleanRoom(message.room);
  // Moderators may look into every room.
  if (key !== undefined && state.rooms.has(key) && canModerate(session))
    return list(context, { key, label: key, ends: undefined }, message);
  return atVenue(context, message, (venue, later, member) => {
    const { ends, label: room } = venue;
    if (!ends || canModerate(later.session) || sharesRoom(later.state, member, ends.other.author))
      return list(later, venue, message);
    // The same answer as for a name that nobody has, so that accounts cannot be listed this way.
    const got = ends.other.name;
    return refuse(later.session, 'no_such_member', withoutUndefined({ ref: message.ref, room, got }));
  });
};

/** Whether both are in some room at the same time. */
function sharesRoom(state: ChatState, member: Member, author: string): boolean {
  const other = state.membersByAuthor.get(author);
  return (
    other !== undefined &&
    [...state.rooms.values()].some(({ people }) => people.has(member) && people.has(other))
  );
}

function list({ state, session }: Context, venue: Venue, { ref }: Client<'who'>): Effect[] {
  const here = present(state, venue);
  const members = here.slice(0, LIMITS.memberList).map((member) => described(member, venue));
  return [
    reply(
      session,
      withoutUndefined({ type: 'members' as const, ref, room: venue.label, count: here.length, members }),
    ),
  ];
}

function present(state: ChatState, { key, ends }: Venue): Member[] {
  if (!ends) return [...(state.rooms.get(key)?.people.keys() ?? [])];
  const both = [ends.own, ends.other].map(({ author }) => state.membersByAuthor.get(author));
  return both.filter((member) => member !== undefined).filter(({ sessions }) => sessions.size > 0);
}

/** Describes a member, with the wire of its latest connection. */
function described(
  { name, account, presence, sessions }: Member,
  { key, ends }: Venue,
): Server<'members'>['members'][number] {
  const lines: Session[] = [...sessions].filter(({ rooms }) => ends !== undefined || rooms.has(key));
  const via = lines.at(-1)?.wire ?? 'plain';
  return { name, role: account?.role ?? 'guest', presence, via };
}
