/** Records of the chat with nothing special about them. */
import type { RoomRecord, Sanction } from '#chat/records';

export function roomRecord(special: Partial<RoomRecord> & Pick<RoomRecord, 'name'>): RoomRecord {
  return {
    access: 'public',
    locked: false,
    slow: 0,
    createdBy: 'operator',
    created: 0,
    invited: [],
    ...special,
  };
}

/** A mute for good, everywhere. */
export function muteOf(author: string, special: Partial<Sanction> = {}): Sanction {
  return {
    id: 'm1',
    kind: 'mute',
    author,
    name: undefined,
    key: undefined,
    address: undefined,
    room: undefined,
    until: undefined,
    by: 'boss',
    reason: undefined,
    ts: 0,
    ...special,
  };
}
