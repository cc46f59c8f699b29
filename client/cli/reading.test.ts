import { expect, it } from 'vitest';
import { Reading } from './reading.ts';
import type { ChatEvent } from '#client/chat-client';

const said = (room: string, id: number): ChatEvent => ({
  type: 'message',
  room,
  id,
  from: 'ben',
  text: 'tea',
  ts: 1,
  via: 'tls',
  own: false,
  replay: false,
});

it('sends read markers when the person quits, for rooms that they are still in', () => {
  const marked: [string, number][] = [];
  const client = { room: 'den', name: 'ana', read: (room: string, id: number) => marked.push([room, id]) };
  const reading = new Reading(client);
  reading.take(said('den', 1));
  client.room = 'lobby';
  reading.take({ type: 'left', room: 'den' });
  reading.take(said('lobby', 2));
  reading.take(said('attic', 3));
  expect([...reading.unread]).toEqual([['attic', 1]]);
  reading.close();
  expect(marked).toEqual([['lobby', 2]]);
});
