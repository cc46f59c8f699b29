/** What the person is told when the server takes it out of a room. */
import { expect, it } from 'vitest';
import { hear, openSession } from '../../test/support/transcript.ts';
import type { Server } from '#wire/messages';

const left = (reason?: string): Server<'left'> => ({
  type: 'left',
  room: 'lobby',
  ...(reason !== undefined && { reason }),
});

it.each([
  ['room_removed', 'room_removed', 'this room was removed'],
  ['uninvited', 'uninvited', 'your invitation into this room was withdrawn'],
  ['kicked', 'kicked', 'a moderator put you out of the room'],
  ['of a newer server', 'of a newer server', 'a moderator put you out of the room'],
  [undefined, 'kicked', 'a moderator put you out of the room'],
])('left for %o is %s: %s', (reason, code, message) => {
  const session = openSession();
  expect(hear(session, left(reason))).toEqual([
    { type: 'left', room: 'lobby', reason: { code, message, suggestions: [] } },
  ]);
  expect(session.rooms).toEqual([]);
});

it('and a leave of its own that was under way is answered', () => {
  const session = openSession();
  const key = session.leave();
  while (session.output());
  expect(hear(session, left('room_removed'))).toEqual([
    { type: 'left', room: 'lobby' },
    { type: 'answer', key, answer: { kind: 'left', room: 'lobby' } },
  ]);
});
