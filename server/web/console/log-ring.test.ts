import { describe, expect, it } from 'vitest';
import { CONSOLE } from './caps.ts';
import { LogRing } from './log-ring.ts';

const line = (fields: object): string => JSON.stringify({ level: 30, time: 7, msg: 'hello', ...fields });

describe('the newest records of the log', () => {
  it('have their level as a word, and their other fields as JSON', () => {
    const ring = new LogRing();
    ring.push(line({}));
    ring.push(line({ level: 50, wire: 'tls', detail: '<b>' }));
    expect(ring.newest()).toEqual([
      { number: 1, time: 7, level: 'info', message: 'hello', detail: '' },
      { number: 2, time: 7, level: 'error', message: 'hello', detail: '{"wire":"tls","detail":"<b>"}' },
    ]);
  });

  it('are few and short, however many and long they are', () => {
    const ring = new LogRing();
    for (let count = 0; count < 3 * CONSOLE.logRecords; count++) ring.push(line({ count }));
    ring.push(line({ msg: 'x'.repeat(100_000), more: 'y'.repeat(100_000) }));
    const records = ring.newest();
    expect(records).toHaveLength(CONSOLE.logRecords);
    expect(records.at(-1)?.message).toHaveLength(CONSOLE.logRecordLength);
    expect(records.at(-1)?.detail).toHaveLength(CONSOLE.logRecordLength);
    expect(records.at(-2)?.detail).toBe(`{"count":${3 * CONSOLE.logRecords - 1}}`);
  });

  it('are told to a reader until it has had enough', () => {
    const ring = new LogRing();
    const read: number[] = [];
    const stop = ring.subscribe(({ number }) => read.push(number));
    ring.push(line({}));
    stop();
    ring.push(line({}));
    expect(read).toEqual([1]);
  });
});
