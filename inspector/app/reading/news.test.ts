/** What a card shows of a message that somebody takes away. */
import { describe, expect, it } from 'vitest';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import { NewsReader } from './news.ts';
import { TrafficReader } from './traffic-reader.ts';

const joined: Line = {
  dir: 's2c',
  message: { type: 'joined', room: 'lobby', members: [], count: 1, name: 'Tess', messages: [], more: false },
};
const say: Line = { dir: 'c2s', message: { type: 'say', text: 'mine', ref: 'r1' } };
const ack: Line = { dir: 's2c', message: { type: 'ack', ref: 'r1', id: 7, room: 'lobby', ts: 1 } };
const message = (id: number): Line => ({
  dir: 's2c',
  message: { type: 'message', id, room: 'lobby', from: 'Ada', text: 'hers', ts: 1, via: 'tls' },
});
const deleted = (id: number): Line => ({
  dir: 's2c',
  message: { type: 'deleted', id, room: 'lobby', by: 'Tess', change: id },
});

/** The news of a wire after each of these parts of one conversation has come. */
function newsAfter(...parts: readonly (readonly Line[])[]) {
  const events = traffic({ flow: 1, wire: 'plain', lines: parts.flat() });
  const counts = parts.map((_, at) => parts.slice(0, at + 1).flat().length);
  const reader = new TrafficReader();
  const news = new NewsReader('plain');
  let given = 0;
  return counts.map((count) => {
    // The first event is the opening of the connection.
    reader.add(events.slice(given, 1 + count));
    given = 1 + count;
    reader.readOn(() => false);
    return news.read(reader.log.records('plain'), true);
  });
}

describe('a message that was taken away', () => {
  it('is marked on the card of its wire as soon as that is told', () => {
    const [before, after] = newsAfter([joined, message(3)], [deleted(3)]);
    expect(before).toMatchObject({ said: { text: 'hers' } });
    expect(before?.gone).toBeUndefined();
    expect(after).toMatchObject({ gone: true, said: { text: 'hers' } });
    expect(after?.record).toBe(before?.record);
  });

  it('is marked where the client of this connection has said it', () => {
    const [before, after] = newsAfter([joined, say, ack], [deleted(7)]);
    expect(before).toMatchObject({ said: { title: 'say' } });
    expect(before?.gone).toBeUndefined();
    expect(after?.gone).toBe(true);
  });

  it('leaves other messages as they are, and makes room for the next', () => {
    const [other, gone, next] = newsAfter(
      [joined, message(3), message(4), deleted(3)],
      [deleted(4)],
      [message(5)],
    );
    expect([other?.gone, gone?.gone, next?.gone]).toEqual([undefined, true, undefined]);
  });
});
