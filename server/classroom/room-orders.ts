/** Who may speak in the rooms of the chat: what the class is told of what the chat's moderation has decided. */
import type { Room } from '#chat/sessions';
import { CLASS_CAPS, type RoomOrder } from '#dissect/page-class';
import { DEFAULT_ROOM } from '#protocol/messages';

export type KnownRoom = Pick<Room, 'name' | 'record'> & { readonly people: Pick<Room['people'], 'size'> };

/** The room that everyone is in first, then the fullest. Invite-only rooms are known to those who are in them alone. */
export function roomOrders(rooms: Iterable<KnownRoom>): RoomOrder[] {
  return [...rooms]
    .filter(({ record }) => record?.access !== 'invite')
    .sort((a, b) => rank(b) - rank(a) || b.people.size - a.people.size || (a.name < b.name ? -1 : 1))
    .slice(0, CLASS_CAPS.rooms)
    .map(({ name, record }) => ({ name, locked: record?.locked ?? false, slow: record?.slow ?? 0 }));
}

function rank({ name }: KnownRoom): number {
  return name === DEFAULT_ROOM ? 1 : 0;
}
