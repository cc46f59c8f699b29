import { describe, expect, it } from 'vitest';
import type { RoomRecord } from '#chat/records';
import { CLASS_CAPS } from '#dissect/page-class';
import { roomOrders } from './room-orders.ts';

const record = (change: Partial<RoomRecord>): RoomRecord => ({
  name: '',
  access: 'public',
  locked: false,
  slow: 0,
  createdBy: '',
  created: 0,
  invited: [],
  ...change,
});
const room = (name: string, size: number, change?: Partial<RoomRecord>) => ({
  name,
  people: { size },
  record: change && record(change),
});

describe('the order in the rooms of a class', () => {
  it('is that of the chat, with the room that everyone is in first and then the fullest', () => {
    const rooms = [
      room('quiet', 1),
      room('loud', 9, { slow: 30 }),
      room('lobby', 2, { locked: true }),
      room('hall', 1),
    ];
    expect(roomOrders(rooms)).toEqual([
      { name: 'lobby', locked: true, slow: 0 },
      { name: 'loud', locked: false, slow: 30 },
      { name: 'hall', locked: false, slow: 0 },
      { name: 'quiet', locked: false, slow: 0 },
    ]);
  });

  it('names no invite-only room, and no more rooms than a page is told of', () => {
    expect(roomOrders([room('secret', 5, { access: 'invite', locked: true })])).toEqual([]);
    const many = Array.from({ length: CLASS_CAPS.rooms + 5 }, (_, at) => room(`room-${at}`, 1));
    expect(roomOrders(many)).toHaveLength(CLASS_CAPS.rooms);
  });
});
