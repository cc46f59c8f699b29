import type { ChatServer } from '#runtime/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveMessage } from '../operator/answers.ts';
import type { PageSocket } from '../page-socket.ts';
import { CONSOLE } from './caps.ts';
import { Live } from './live.ts';
import { LogRing } from './log-ring.ts';
import { Sampler } from './sampler.ts';
import { ConsoleSessions, type Session } from './sessions.ts';

/** A server on which nothing happens. */
const SERVER = {
  hub: { tally: { messages: 0, deliveries: 0 }, connections: new Map() },
  traffic: () => new Map(),
} as unknown as ChatServer;

class FakePage {
  readonly sent: LiveMessage[] = [];
  readonly failures: string[] = [];
  backlog = 0;
  readonly send = (message: LiveMessage): void => void this.sent.push(structuredClone(message));
  readonly fail = (code: string): void => void this.failures.push(code);

  get page(): PageSocket<LiveMessage> {
    return this as unknown as PageSocket<LiveMessage>;
  }

  of<T extends LiveMessage['type']>(type: T): Extract<LiveMessage, { type: T }>[] {
    return this.sent.filter((message): message is Extract<LiveMessage, { type: T }> => message.type === type);
  }
}

let log: LogRing;
let sessions: ConsoleSessions;
let live: Live;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  [log, sessions] = [new LogRing(), new ConsoleSessions()];
  live = new Live({ server: SERVER, sampler: new Sampler(), log, sessions });
  stop = live.start();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const session = (): Session => {
  const opened = sessions.open(sessions.newLink().token);
  if (!opened) throw new Error('the link does not open');
  return opened.session;
};
const line = (count: number): string => JSON.stringify({ level: 30, time: 1, msg: `line ${count}` });

function open(): FakePage {
  const fake = new FakePage();
  live.attach(fake.page, session());
  return fake;
}

describe('the stream of the console', () => {
  it('begins with the last minutes, of which it keeps so many', () => {
    vi.advanceTimersByTime((CONSOLE.samples + 50) * 1_000);
    const [ready] = open().of('ready');
    expect(ready?.samples).toHaveLength(CONSOLE.samples);
  });

  it('sends the log in batches, and says how many records did not fit', () => {
    const page = open();
    for (let count = 0; count < CONSOLE.logBatch + 7; count++) log.push(line(count));
    expect(page.of('log')).toEqual([]);
    vi.advanceTimersByTime(CONSOLE.logDelay);
    const [batch] = page.of('log');
    expect([batch?.records.length, batch?.missed]).toEqual([CONSOLE.logBatch, 7]);
    expect(batch?.records.at(-1)?.message).toBe(`line ${CONSOLE.logBatch + 6}`);
  });

  it('sends nothing more to a page that does not read, and tells it later what it missed', () => {
    const [slow, quick] = [open(), open()];
    slow.backlog = CONSOLE.highWater;
    log.push(line(1));
    vi.advanceTimersByTime(3_000);
    expect([slow.of('log').length, slow.of('sample').length]).toEqual([0, 0]);
    expect([quick.of('log').length, quick.of('sample').length]).toEqual([1, 3]);
    slow.backlog = 0;
    log.push(line(2));
    vi.advanceTimersByTime(CONSOLE.logDelay);
    expect(slow.of('log')).toMatchObject([{ missed: 1, records: [{ message: 'line 2' }] }]);
  });

  it('does not send what the first text has a second time', () => {
    open();
    log.push(line(1));
    const late = open();
    vi.advanceTimersByTime(CONSOLE.logDelay);
    expect(late.of('ready')[0]?.log).toHaveLength(1);
    expect(late.of('log')).toEqual([]);
  });

  it('ends when its session expires, without a request', () => {
    const page = open();
    vi.advanceTimersByTime(CONSOLE.idleTime + 1_000);
    expect(page.failures).toEqual(['console_session_over']);
  });

  it('is for so many at a time, and one that has gone makes room', () => {
    const opened = session();
    const detach = Array.from({ length: CONSOLE.streams }, () => live.attach(new FakePage().page, opened));
    const over = new FakePage();
    live.attach(over.page, opened);
    expect(over.failures).toEqual(['too_many_pages']);
    detach[0]?.();
    const next = new FakePage();
    live.attach(next.page, opened);
    expect([next.failures, next.of('ready').length]).toEqual([[], 1]);
  });
});
