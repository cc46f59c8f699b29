import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NETWORK_FACTOR } from './defence.ts';
import { type Asker, Floods } from './floods.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'Date', 'hrtime'] }));
afterEach(() => vi.useRealTimers());

const RATES = {
  say: { burst: 5, perSecond: 1 },
  ask: { burst: 10, perSecond: 10 },
  look: { burst: 2, perSecond: 1 },
  sign: { burst: 1, perSecond: 0.5 },
} as const;

interface Guest extends Asker {
  readonly address: string;
}

const guest = (connection: number, address = '10.0.0.1'): Guest => ({
  connection,
  account: undefined,
  address,
});

function allowed(floods: Floods, asker: Asker, count: number, kind: 'say' | 'look' = 'say'): number {
  const verdicts = Array.from({ length: count }, () => floods.judge(asker, kind));
  return verdicts.filter(({ verdict }) => verdict === 'go').length;
}

function start(...askers: Guest[]): Floods {
  const floods = new Floods(RATES);
  for (const { connection, address } of askers) floods.enter(connection, address);
  return floods;
}

describe('one connection', () => {
  it('may send its burst at once, and at its rate from then on', () => {
    const floods = start(guest(1));
    expect(allowed(floods, guest(1), 20)).toBe(5);
    vi.advanceTimersByTime(3_000);
    expect(allowed(floods, guest(1), 20)).toBe(3);
  });

  it('is told after how many seconds it may go on', () => {
    const floods = start(guest(1));
    allowed(floods, guest(1), 5);
    expect(floods.judge(guest(1), 'say')).toEqual({ verdict: 'wait', retryAfter: 1 });
  });

  it('has a separate limit for each kind', () => {
    const floods = start(guest(1));
    expect(allowed(floods, guest(1), 20)).toBe(5);
    expect(allowed(floods, guest(1), 20, 'look')).toBe(2);
  });

  it('is cut off if it keeps ignoring refusals', () => {
    const floods = start(guest(1));
    const verdicts = Array.from({ length: 1_010 }, () => floods.judge(guest(1), 'say').verdict);
    expect(verdicts.slice(0, 5)).toEqual(['go', 'go', 'go', 'go', 'go']);
    expect(verdicts.indexOf('cut')).toBe(1_005);
  });

  it('does not use up the limit of another', () => {
    const floods = start(guest(1), guest(2, '10.0.0.2'));
    allowed(floods, guest(1), 500);
    expect(allowed(floods, guest(2, '10.0.0.2'), 5)).toBe(5);
  });
});

it('counts an account once, however many connections it has', () => {
  const account = 'account:7';
  const askers = [1, 2, 3].map((connection) => ({ connection, account, address: `10.0.0.${connection}` }));
  const floods = start(...askers);
  expect(askers.map((asker) => allowed(floods, asker, 3))).toEqual([3, 2, 0]);
});

it('limits all connections of one address together, but not those of this machine', () => {
  const crowd = Array.from({ length: 100 }, (_, i) => guest(i));
  const floods = start(...crowd);
  const total = crowd.reduce((sum, asker) => sum + allowed(floods, asker, 5), 0);
  expect(total).toBe(5 * NETWORK_FACTOR);
  const home = Array.from({ length: 100 }, (_, i) => guest(1_000 + i, '127.0.0.1'));
  for (const { connection, address } of home) floods.enter(connection, address);
  expect(home.reduce((sum, asker) => sum + allowed(floods, asker, 5), 0)).toBe(500);
});

it('counts all addresses of an IPv6 network as one, even when they come and go', () => {
  const crowd = Array.from({ length: 100 }, (_, i) => guest(i, `2001:db8:0:1::${(i + 1).toString(16)}`));
  const floods = start(...crowd);
  const total = () => crowd.reduce((sum, asker) => sum + allowed(floods, asker, 5), 0);
  expect(total()).toBe(5 * NETWORK_FACTOR);
  expect(total()).toBe(0);
  for (const { connection } of crowd) floods.leave(connection);
  const back = () => crowd.forEach(({ connection, address }) => floods.enter(connection, address));
  back();
  expect(total()).toBe(0);
  for (const { connection } of crowd) floods.leave(connection);
  vi.advanceTimersByTime(60_000);
  floods.sweep();
  back();
  expect(total()).toBe(5 * NETWORK_FACTOR);
});
