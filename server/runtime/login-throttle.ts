/**
 * How often a password may be tried. Tries for one account are counted three ways, and none of them may stop the
 * owner for good: whoever guesses from one address uses up what that address has, not what others have; whoever
 * guesses from many addresses uses up what strangers have, not what a known device has. All together stay at ten a
 * minute for an account.
 */
import { TokenBucket } from 'limiter';
import type { AnswersTo } from './answers.ts';
import { networkOf } from '#wire/addresses';

interface Rate {
  /** Tries at once. */
  readonly burst: number;
  /** Tries a minute after that. */
  readonly perMinute: number;
}

/** In any minute at most burst + perMinute: 6 by strangers and 4 by known devices. */
export const LOGIN_RATES = {
  oneAddress: { burst: 3, perMinute: 1 },
  strangers: { burst: 4, perMinute: 2 },
  knownDevices: { burst: 3, perMinute: 1 },
  /** For all accounts together, from one network: a class may log in, and no network has all that the server has. */
  oneNetwork: { burst: 50, perMinute: 30 },
  /** For all accounts together, by strangers: what bcrypt can do without the chat noticing. */
  server: { burst: 60, perMinute: 300 },
  /** For all accounts together, by known devices. */
  knownDevicesOfAll: { burst: 60, perMinute: 300 },
} as const satisfies Record<string, Rate>;

const MINUTE = 60_000;
const SWEEP_AT = 1_000;

export function loginThrottle(): AnswersTo<'mayLogin' | 'loginSucceeded'> {
  const buckets = new Buckets();
  const strangers = bucketOf(LOGIN_RATES.server);
  const known = bucketOf(LOGIN_RATES.knownDevicesOfAll);
  return {
    mayLogin: ({ key, address, trusted }) => {
      const needed = [...buckets.for(key, networkOf(address), trusted), trusted ? known : strangers];
      const wait = Math.max(...needed.map((bucket) => bucket.getWaitTime(1)));
      if (wait > 0) return Promise.resolve({ allowed: false, retryAfter: Math.ceil(wait / 1_000) });
      for (const bucket of needed) bucket.tryRemoveTokens(1);
      return Promise.resolve({ allowed: true });
    },
    loginSucceeded: ({ key, address, trusted }) => {
      buckets.giveBack(key, networkOf(address), trusted);
      return Promise.resolve();
    },
  };
}

class Buckets {
  readonly #buckets = new Map<string, TokenBucket>();

  for(key: string, address: string, trusted: boolean): TokenBucket[] {
    return rowsFor(key, address, trusted).map(([id, rate]) => this.#bucket(id, rate));
  }

  /** A login that succeeded was no guess. */
  giveBack(key: string, address: string, trusted: boolean): void {
    for (const [id] of rowsFor(key, address, trusted)) {
      const bucket = this.#buckets.get(id);
      if (bucket) bucket.content = Math.min(bucket.bucketSize, bucket.content + 1);
    }
  }

  /** A bucket that is full again says nothing. The rate of the server bounds how many others there can be. */
  #sweep(): void {
    for (const [id, bucket] of this.#buckets) {
      bucket.drip();
      if (bucket.content >= bucket.bucketSize) this.#buckets.delete(id);
    }
  }

  #bucket(id: string, rate: Rate): TokenBucket {
    let bucket = this.#buckets.get(id);
    if (!bucket && this.#buckets.size % SWEEP_AT === SWEEP_AT - 1) this.#sweep();
    if (!bucket) this.#buckets.set(id, (bucket = bucketOf(rate)));
    return bucket;
  }
}

function rowsFor(key: string, address: string, trusted: boolean): [string, Rate][] {
  if (trusted) return [[`device ${key}`, LOGIN_RATES.knownDevices]];
  return [
    [`address ${address} ${key}`, LOGIN_RATES.oneAddress],
    [`strangers ${key}`, LOGIN_RATES.strangers],
    [`network ${address}`, LOGIN_RATES.oneNetwork],
  ];
}

function bucketOf({ burst, perMinute }: Rate): TokenBucket {
  const bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perMinute, interval: MINUTE });
  bucket.content = burst;
  return bucket;
}
