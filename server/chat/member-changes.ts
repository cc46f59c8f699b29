/**
 * Who came into a room and who left it, until the others are told. Changes within a short time leave as one message,
 * so that a class that joins at once costs each member a few frames and not one for every other member.
 */
import type { Effect } from './effects.ts';
import type { SessionId } from './records.ts';
import type { Member, MemberChange, MemberChanges, Room, Session } from './sessions.ts';
import { LIMITS } from '#protocol/limits';
import type { Server, WireName } from '#protocol/messages';

type Told = Server<'member_joined' | 'member_left' | 'members_changed'>;

/** The connection has entered the room; `isNew` if its member was not there before. */
export function hasEntered(room: Room, { id, wire }: Session, member: Member, isNew: boolean): Effect[] {
  const effects = isNew ? note(room, { member, via: wire }) : [];
  room.changes?.entered.set(id, room.changes.list.length);
  return effects;
}

/** The member's last connection has left the room. */
export function hasLeft(room: Room, member: Member): Effect[] {
  return room.audience.size > 0 ? note(room, { member, via: undefined }) : [];
}

/** Tells everyone in the room what they do not know yet. */
export function tellChanges(room: Room): Effect[] {
  const { changes, audience } = room;
  room.changes = undefined;
  if (!changes) return [];
  const { list, entered } = changes;
  const others = [...audience].filter((id) => !entered.has(id));
  return [...telling(summary(room, list), others), ...tellEntered(room, changes)];
}

/** Those who came themselves in the meantime know what happened before that. */
function tellEntered(room: Room, { list, entered }: MemberChanges): Effect[] {
  const arrivals = countArrivals(list);
  return [...entered].flatMap(([id, known]) => {
    const unknown = list.length - known;
    if (unknown === 0 || !room.audience.has(id)) return [];
    if (unknown <= 2 * LIMITS.namedChanges) return telling(summary(room, list.slice(known)), [id]);
    const joined = (arrivals.at(-1) ?? 0) - (arrivals[known - 1] ?? 0);
    return telling(counts(room, joined, unknown - joined), [id]);
  });
}

/** For each change, how many have come by then: a long list is not searched again for everyone in it. */
function countArrivals(list: readonly MemberChange[]): number[] {
  let count = 0;
  return list.map(({ via }) => (via === undefined ? count : ++count));
}

function note(room: Room, change: MemberChange): Effect[] {
  if (room.changes) {
    room.changes.list.push(change);
    return [];
  }
  room.changes = { list: [change], entered: new Map() };
  return [{ kind: 'tell_changes', room: room.name, after: pauseFor(room) }];
}

/** The more there are to tell, the longer it waits, so that a crowd that comes in does not cost the square of its size. */
function pauseFor({ audience }: Room): number {
  const { changesPause, changesPauseMost, changesPerMillisecond } = LIMITS;
  return Math.min(changesPauseMost, Math.max(changesPause, audience.size / changesPerMillisecond));
}

function telling(message: Told | undefined, to: readonly SessionId[]): Effect[] {
  return message && to.length > 0 ? [{ kind: 'send', to, message }] : [];
}

/** `undefined` when in the end nobody came and nobody went. */
function summary(room: Room, list: readonly MemberChange[]): Told | undefined {
  const { joined, left } = netChanges(list);
  const changed = joined.size + left.size;
  const { name, people } = room;
  const [arrival] = joined;
  const [departure] = left;
  if (changed === 0) return undefined;
  if (changed === 1 && arrival)
    return { type: 'member_joined', room: name, name: arrival[0].name, via: arrival[1] };
  if (changed === 1 && departure) return { type: 'member_left', room: name, name: departure.name };
  if (changed > LIMITS.namedChanges) return counts(room, joined.size, left.size);
  return {
    type: 'members_changed',
    room: name,
    count: people.size,
    joined: Array.from(joined, ([{ name }, via]) => ({ name, via })),
    left: Array.from(left, ({ name }) => name),
  };
}

function counts({ name, people }: Room, joined: number, left: number): Told {
  return {
    type: 'members_changed',
    room: name,
    count: people.size,
    joined_count: joined,
    left_count: left,
  };
}

/** A member that came and went again, or the reverse, has not changed anything. */
function netChanges(list: readonly MemberChange[]): { joined: Map<Member, WireName>; left: Set<Member> } {
  const joined = new Map<Member, WireName>();
  const left = new Set<Member>();
  for (const { member, via } of list) {
    if (via === undefined) {
      if (!joined.delete(member)) left.add(member);
    } else if (!left.delete(member)) joined.set(member, via);
  }
  return { joined, left };
}
