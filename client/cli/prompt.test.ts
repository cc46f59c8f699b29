import pc from 'picocolors';
import { expect, it } from 'vitest';
import { promptText } from './prompt.ts';
import { Reading } from './reading.ts';
import { Typing } from './typing.ts';
import type { ChatEvent } from '#client/chat-client';

const colors = pc.createColors(false);
const message = (room: string, id: number, change: object = {}) =>
  ({
    type: 'message',
    room,
    id,
    from: 'ben',
    text: '',
    ts: 0,
    via: 'tls',
    replay: false,
    own: false,
    ...change,
  }) as ChatEvent;

function fakeClient() {
  const told: string[] = [];
  return {
    told,
    name: 'ana',
    room: 'lobby',
    read: (room: string, id: number) => void told.push(`read ${room} ${id}`),
    typing: (room?: string) => void told.push(`typing ${room ?? ''}`),
  };
}

it.each([
  ['open', [], [], 'ana #lobby tls › '],
  ['login', [], [], 'not logged in #lobby tls › '],
  [
    'open',
    [
      ['den', 2],
      ['@ben', 1],
      ['x', 9],
    ],
    ['ben'],
    'ana #lobby tls [#den 2, @ben 1, +1] (ben typing) › ',
  ],
] as const)('shows %s, what is unread and who is typing', (state, unread, typing, text) => {
  expect(promptText({ name: 'ana', room: 'lobby', wire: 'tls', state }, unread, typing, colors)).toBe(text);
});

it('counts what is unread in other rooms, and reports a room as read when it is visited', () => {
  const client = fakeClient();
  const reading = new Reading(client);
  reading.take({ type: 'unread', rooms: [{ room: 'den', unread: 3, read: 1, last: 4 }] });
  for (const event of [
    message('den', 5),
    message('lobby', 6),
    message('den', 7, { own: true }),
    message('den', 8, { replay: true }),
  ])
    reading.take(event);
  expect(reading.unread).toEqual([['den', 4]]);
  client.room = 'den';
  reading.visit();
  expect(reading.unread).toEqual([]);
  reading.close();
  expect(client.told.sort()).toEqual(['read den 8', 'read lobby 6']);
});

it('sends a typing notice every few seconds, not for commands, and again after a line was sent', () => {
  const client = fakeClient();
  const typing = new Typing(client, () => undefined);
  for (const [line, at] of [
    ['', 0],
    ['/wire', 1],
    ['h', 2],
    ['he', 500],
    ['hello', 3_100],
  ] as const)
    typing.typed(line, at);
  typing.sent();
  typing.typed('n', 3_200);
  expect(client.told).toEqual(['typing lobby', 'typing lobby', 'typing lobby']);
});

it('knows who is typing here until they speak or stop', () => {
  const client = fakeClient();
  const typing = new Typing(client, () => undefined);
  for (const [name, room] of [
    ['ben', 'lobby'],
    ['cem', 'den'],
    ['ana', 'lobby'],
    ['dora', 'lobby'],
  ] as const)
    typing.take({ type: 'typing', room, name }, 0);
  expect(typing.names(1)).toEqual(['ben', 'dora']);
  typing.take(message('lobby', 1), 1);
  expect([typing.names(2), typing.names(5_001)]).toEqual([['dora'], []]);
});
