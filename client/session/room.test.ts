import { describe, expect, it } from 'vitest';
import { RemoteProtocolError } from '#protocol/errors';
import { SESSION_CAPS } from './caps.ts';
import { Room } from './room.ts';

const message = (id: number) => ({ id, from: 'ben', text: `text ${id}`, ts: 1, via: 'plain' });
const ids = (messages: readonly { id: number }[]) => messages.map(({ id }) => id);

function enteredRoom(seen: number, held = 10): Room {
  const room = new Room('lobby', { ...SESSION_CAPS, held });
  room.takeFirstPage(seen === 0 ? [] : [message(seen)]);
  return room;
}

describe('a room', () => {
  it('holds live messages back until the first page is in, and shows each once', () => {
    const room = new Room('lobby', SESSION_CAPS);
    expect(room.takeLive(message(7))).toBeUndefined();
    expect(room.takeLive(message(8))).toBeUndefined();
    const { fresh, live } = room.takeFirstPage([message(6), message(7)]);
    expect([ids(fresh), ids(live)]).toEqual([[6, 7], [8]]);
    expect(room.takeLive(message(8))).toBeUndefined();
    expect(room.takeLive(message(9))).toEqual(message(9));
  });

  it('asks for page after page while there is more, and only then shows what was said in the meantime', () => {
    const room = enteredRoom(5);
    room.hold();
    room.takeLive(message(9));
    const first = room.takePage([message(6), message(7)], 5, true);
    expect([ids(first.fresh), ids(first.live), first.nextAfter]).toEqual([[6, 7], [], 7]);
    const last = room.takePage([message(8)], 7, false);
    expect([ids(last.fresh), ids(last.live), last.nextAfter]).toEqual([[8], [9], undefined]);
  });

  it('fetches messages that it could not hold from history', () => {
    const room = enteredRoom(5, 1);
    room.hold();
    for (const id of [8, 9, 10]) room.takeLive(message(id));
    const first = room.takePage([message(6), message(7)], 5, false);
    expect([ids(first.fresh), first.nextAfter]).toEqual([[6, 7], 7]);
    const second = room.takePage([message(8), message(9), message(10)], 7, false);
    expect([ids(second.fresh), ids(second.live), second.nextAfter]).toEqual([[8, 9, 10], [], undefined]);
  });

  it('keeps messages that an acknowledgement has overtaken', () => {
    const room = enteredRoom(5);
    room.acknowledged(7);
    expect(room.seen).toBe(5);
    expect(room.takeLive(message(6))).toEqual(message(6));
    room.hold();
    expect(ids(room.takePage([message(7), message(8)], 6, false).fresh)).toEqual([8]);
  });

  it('remembers a bounded number of the user’s own messages', () => {
    const room = enteredRoom(0);
    for (let id = 1; id <= 3_000; id++) room.acknowledged(id);
    expect(room.seen).toBe(3_000 - 1_024);
  });

  it.each([
    ['an id twice', [message(6), message(6)], false],
    ['ids that fall', [message(7), message(6)], false],
    ['an id that was not asked for', [message(5)], false],
    ['nothing, although there is more', [], true],
  ])('refuses a page with %s', (_, messages, more) => {
    expect(() => enteredRoom(5).takePage(messages, 5, more)).toThrow(RemoteProtocolError);
  });
});
