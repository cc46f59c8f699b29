import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loginThrottle } from './login-throttle.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'Date', 'hrtime', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

type Throttle = ReturnType<typeof loginThrottle>;

/** How many of `count` tries are let through at this moment. */
async function tries(throttle: Throttle, count: number, address: string, trusted = false): Promise<number> {
  let allowed = 0;
  for (let i = 0; i < count; i++) {
    const answer = await throttle.mayLogin({ key: 'ana', address, trusted });
    if (answer.allowed) allowed += 1;
  }
  return allowed;
}

/** The i-th address under a prefix, with `i` and 1 as its last groups. */
function spelt(prefix: string, i: number): string {
  return prefix.endsWith('::') ? `${prefix}${i.toString(16)}:1` : `${prefix}${i.toString(16)}::1`;
}

describe('tries for one account', () => {
  it('are limited to ten in any minute, from however many addresses and devices', async () => {
    const throttle = loginThrottle();
    const allowed: number[] = [];
    for (let second = 0; second < 600; second++) {
      let now = 0;
      for (let i = 0; i < 20; i++) now += await tries(throttle, 1, `10.0.${i}.${second % 250}`);
      now += await tries(throttle, 5, '10.9.9.9', true);
      allowed.push(now);
      vi.advanceTimersByTime(1_000);
    }
    for (let from = 0; from + 60 <= allowed.length; from++) {
      const inMinute = allowed.slice(from, from + 60).reduce((sum, n) => sum + n, 0);
      expect(inMinute).toBeLessThanOrEqual(10);
    }
  });

  it('from one address do not use up the allowance of another', async () => {
    const throttle = loginThrottle();
    for (let minute = 0; minute < 30; minute++) {
      await tries(throttle, 100, '10.0.0.66');
      vi.advanceTimersByTime(60_000);
    }
    await tries(throttle, 100, '10.0.0.66');
    expect(await tries(throttle, 1, '10.0.0.1')).toBe(1);
  });

  it('from many addresses do not use up the allowance of a known device', async () => {
    const throttle = loginThrottle();
    for (let i = 0; i < 500; i++) await tries(throttle, 1, `10.0.${i >> 8}.${i & 255}`);
    expect(await tries(throttle, 1, '10.0.0.1')).toBe(0);
    expect(await tries(throttle, 1, '10.0.0.1', true)).toBe(1);
  });

  it.each(['2001:db8:1:2::', '2001:db8:0:1::', '2001:db8::', '::ffff:192.0.2.', '2002:c000:201:'])(
    'count all addresses of the network that %s begins as one',
    async (prefix) => {
      const throttle = loginThrottle();
      const isOneAddress = prefix.endsWith('.');
      let allowed = 0;
      for (let i = 1; i <= 2_000; i++)
        allowed += await tries(throttle, 1, isOneAddress ? `${prefix}1` : spelt(prefix, i));
      expect(allowed).toBe(3);
    },
  );

  it('are told when the next one is accepted, and it is accepted then', async () => {
    const throttle = loginThrottle();
    await tries(throttle, 3, '10.0.0.1');
    const refused = await throttle.mayLogin({ key: 'ana', address: '10.0.0.1', trusted: false });
    if (refused.allowed) throw new Error('allowed');
    expect(refused.retryAfter).toBe(60);
    vi.advanceTimersByTime(refused.retryAfter * 1_000);
    expect(await tries(throttle, 2, '10.0.0.1')).toBe(1);
  });

  it('are not counted as guesses if they succeed', async () => {
    const throttle = loginThrottle();
    for (let i = 0; i < 50; i++) {
      expect(await tries(throttle, 1, '10.0.0.1')).toBe(1);
      await throttle.loginSucceeded({ key: 'ana', address: '10.0.0.1', trusted: false });
    }
  });
});

describe('tries for different names from one network', () => {
  const guess = async (
    throttle: Throttle,
    count: number,
    address: (i: number) => string,
  ): Promise<number> => {
    let allowed = 0;
    for (let i = 0; i < count; i++) {
      const answer = await throttle.mayLogin({ key: `name${i}`, address: address(i), trusted: false });
      if (answer.allowed) allowed += 1;
    }
    return allowed;
  };

  it.each([
    ['IPv4', () => '192.0.2.1', '192.0.2.2'],
    ['IPv6', (i: number) => `2001:db8:0:1::${i.toString(16)}`, '2001:db8:0:2::1'],
  ] as const)(
    'over %s have a common limit, and do not affect other networks',
    async (_, address, elsewhere) => {
      const throttle = loginThrottle();
      expect(await guess(throttle, 1_000, address)).toBe(50);
      vi.advanceTimersByTime(60_000);
      expect(await guess(throttle, 1_000, address)).toBe(30);
      expect(await tries(throttle, 1, elsewhere)).toBe(1);
    },
  );

  it('do not stop known devices, wherever they come from', async () => {
    const throttle = loginThrottle();
    expect(await guess(throttle, 5_000, (i) => `10.${i >> 8}.${i & 255}.1`)).toBe(60);
    expect(await tries(throttle, 1, '10.0.0.1')).toBe(0);
    expect(await tries(throttle, 3, '10.0.0.1', true)).toBe(3);
  });
});

it('limits the tries for all accounts together', async () => {
  const throttle = loginThrottle();
  let allowed = 0;
  for (let i = 0; i < 5_000; i++) {
    const answer = await throttle.mayLogin({
      key: `user${i}`,
      address: `10.${i >> 8}.${i & 255}.1`,
      trusted: false,
    });
    if (answer.allowed) allowed += 1;
  }
  expect(allowed).toBe(60);
});
