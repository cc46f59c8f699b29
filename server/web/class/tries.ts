/** How often a join code may be guessed. Right codes cost nothing, so that a whole class behind one address comes in. */
import { TokenBucket } from 'limiter';
import { CLASS_CAPS } from '#dissect/page-class';
import { networkOf } from '#protocol/addresses';

/** By all together, in a minute: at this rate, trying half of all codes takes more than a year. */
const BY_ALL = 600;
/** Networks that are remembered; the one that has not guessed for longest is forgotten. */
const NETWORKS = 1_000;

export class Tries {
  readonly #all = fullBucket(BY_ALL);
  readonly #networks = new Map<string, TokenBucket>();

  /** Seconds to wait before another guess is taken; undefined if it is taken now. */
  wait(address: string): number | undefined {
    const own = this.#networks.get(networkOf(address));
    const wait = Math.max(this.#all.getWaitTime(1), own?.getWaitTime(1) ?? 0);
    return wait > 0 ? Math.ceil(wait / 1_000) : undefined;
  }

  /** A wrong code came from this address. */
  missed(address: string): void {
    const network = networkOf(address);
    const bucket = this.#networks.get(network) ?? fullBucket(CLASS_CAPS.triesPerMinute);
    this.#networks.delete(network);
    this.#networks.set(network, bucket);
    const [oldest] = this.#networks.keys();
    if (oldest !== undefined && this.#networks.size > NETWORKS) this.#networks.delete(oldest);
    bucket.tryRemoveTokens(1);
    this.#all.tryRemoveTokens(1);
  }
}

/** As many at once as in a minute. */
export function fullBucket(perMinute: number): TokenBucket {
  const bucket = new TokenBucket({ bucketSize: perMinute, tokensPerInterval: perMinute, interval: 'minute' });
  bucket.content = perMinute;
  return bucket;
}
