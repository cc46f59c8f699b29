import { describe, expect, it } from 'vitest';
import { EventHub } from './event-hub.ts';
import { EventQueue } from './event-queue.ts';

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('an event queue', () => {
  it('gives events from before and after they are asked for', async () => {
    const queue = new EventQueue<number>(10);
    queue.push(1);
    const all = collect(queue);
    queue.push(2);
    queue.end();
    expect(await all).toEqual([1, 2]);
  });

  it('drops the oldest events when its reader is slow, and says how many', async () => {
    const queue = new EventQueue<number>(3);
    for (let i = 1; i <= 1_000; i++) queue.push(i);
    queue.end();
    expect(await collect(queue)).toEqual([{ type: 'lagged', dropped: 997 }, 998, 999, 1_000]);
  });
});

describe('an event hub', () => {
  it('keeps what happens before the first reader, and lets a reader go', async () => {
    const hub = new EventHub<number>(10);
    const heard: number[] = [];
    const stop = hub.subscribe((event) => heard.push(event));
    hub.emit(1);
    for await (const event of hub.reader()) {
      expect(event).toBe(1);
      break;
    }
    stop();
    hub.emit(2);
    const late = collect(hub.reader());
    hub.emit(3);
    hub.end();
    expect([heard, await late]).toEqual([[1], [3]]);
    expect(await collect(hub.reader())).toEqual([]);
  });
});
