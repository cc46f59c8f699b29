/**
 * How often a password may be tried. Tries for one account are counted in three ways, so that none of them can lock the
 * owner out for good: guesses from one address use up only the allowance of that address, and guesses from many
 * addresses only that of strangers, not that of known devices. Together they allow at most ten tries a minute for an
 * account.
 */
import { TokenBucket } from 'limiter';
import type { AnswersTo } from '#chat/questions';
import { networkOf } from '#protocol/addresses';

interface Rate {
  /** Number of tries that may come at once. */
  readonly burst: number;
  /** Tries per minute after that. */
  readonly perMinute: number;
}

/** At most burst + perMinute in any minute: 6 by strangers and 4 by known devices. */
export const LOGIN_RATES = {
  oneAddress: { burst: 3, perMinute: 1 },
  strangers: { burst: 4, perMinute: 2 },
  knownDevices: { burst: 3, perMinute: 1 },
  /** For all accounts together, from one network: enough for a class, but less than the allowance of the whole server. */
  oneNetwork: { burst: 50, perMinute: 30 },
  /** For all accounts together, by strangers: as many as bcrypt can check without slowing the chat down. */
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

  /** Gives the token back: a login that succeeded was not a guess. */
  giveBack(key: string, address: string, trusted: boolean): void {
    for (const [id] of rowsFor(key, address, trusted)) {
      const bucket = this.#buckets.get(id);
      if (bucket) bucket.content = Math.min(bucket.bucketSize, bucket.content + 1);
    }
  }

  /** Forgets buckets that are full again. The rate of the whole server limits how many others there can be. */
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
