/** Mallory for a class, in the process that is made for her. */
import type { RoomPathEvent } from '#dissect/room-path';
import { RoomMallory } from '../room/room-mallory.ts';
import type { FromRoom, ToRoom } from './messages.ts';

let room: RoomMallory | undefined;

const tell = (event: RoomPathEvent): void => void process.send?.({ type: 'room', event } satisfies FromRoom);

/** What she stands in, she stands in until the process ends. */
export function inRoom(message: ToRoom): void {
  if (message.type === 'join-room') return room?.join(message);
  if (message.type === 'leave-room') return room?.leave(message.place);
  RoomMallory.open(message.wire, message.address, tell).then(
    (opened) => (room = opened),
    (error: Error) => tell({ kind: 'failed', message: error.message }),
  );
}
