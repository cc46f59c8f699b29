/** What the person is told when the server removes them from a room. */
import { expect, it } from 'vitest';
import {
  hear,
  joined,
  openSession,
  refusal,
  sent,
  stored,
  welcome,
} from '../../test/support/chat/transcript.ts';
import type { Server } from '#protocol/messages';

const left = (reason?: string): Server<'left'> => ({
  type: 'left',
  room: 'lobby',
  ...(reason !== undefined && { reason }),
});

it.each([
  ['room_removed', 'room_removed', 'this room was removed'],
  ['uninvited', 'uninvited', 'your invitation into this room was withdrawn'],
  ['kicked', 'kicked', 'a moderator removed you from the room'],
  ['of a newer server', 'of a newer server', 'a moderator removed you from the room'],
  [undefined, 'kicked', 'a moderator removed you from the room'],
])('left for %o is %s: %s', (reason, code, message) => {
  const session = openSession();
  expect(hear(session, left(reason))).toEqual([
    { type: 'left', room: 'lobby', reason: { code, message, suggestions: [] } },
  ]);
  expect(session.rooms).toEqual([]);
});

it('a leave that was under way is answered', () => {
  const session = openSession();
  const key = session.leave();
  while (session.output());
  expect(hear(session, left('room_removed'))).toEqual([
    { type: 'left', room: 'lobby' },
    { type: 'answer', key, answer: { kind: 'left', room: 'lobby' } },
  ]);
});

it('the reason is told even if the room was removed while there was no connection', () => {
  const session = openSession();
  session.join('den');
  sent(session);
  hear(session, joined({ room: 'den', messages: [stored(4)] }));
  session.connected();
  hear(session, welcome);
  sent(session);
  hear(session, joined());
  expect(sent(session)).toMatchObject([{ type: 'join', room: 'den', after: 4 }]);
  expect(hear(session, refusal('room_removed', { room: 'den' }))).toMatchObject([
    { type: 'left', room: 'den', reason: { code: 'room_removed' } },
    { type: 'ready', resumed: true },
  ]);
  expect(session.rooms).toEqual(['lobby']);
});
