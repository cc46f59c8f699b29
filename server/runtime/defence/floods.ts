/**
 * Rate limits for one member and for one network (`networkOf`): token buckets, one for each kind of request. A client
 * that goes on after being told to wait is cut off.
 */
import { TokenBucket } from 'limiter';
import { NETWORK_FACTOR, type Defence, type Rate } from './defence.ts';
import { RATE_KINDS, type RateKind } from '#protocol/schemas/client-row';
import { isLoopback, networkOf } from '#protocol/addresses';
import { LIMITS } from '#protocol/limits';

export type Verdict =
  | { readonly verdict: 'go' }
  /** Refused; it may succeed after `retryAfter` seconds. */
  | { readonly verdict: 'wait'; readonly retryAfter: number }
  | { readonly verdict: 'cut' };

export interface Asker {
  readonly connection: number;
  /** `Member.author` of the account, if the connection has logged in. */
  readonly account: string | undefined;
}

const GO: Verdict = { verdict: 'go' };
/** Refusals in a row before a client is cut off: one that sent much at once is told of each, one that ignores them goes. */
const PATIENCE = 1_000;

type Meter = Readonly<Record<RateKind, TokenBucket>>;

interface Shared {
  readonly network: string;
  readonly meter: Meter;
  users: number;
}

export class Floods {
  readonly #rates: NonNullable<Defence['rates']>;
  readonly #networks = new Map<string, Shared>();
  /** The buckets that each connection shares with others from its network; none on loopback. */
  readonly #shared = new Map<number, Shared>();
  readonly #members = new Map<string, Meter>();
  readonly #refused = new Map<number, number>();

  constructor(rates: NonNullable<Defence['rates']>) {
    this.#rates = rates;
  }

  /** Registers a connection from this address. */
  enter(connection: number, address: string): void {
    if (isLoopback(address)) return;
    const network = networkOf(address);
    const shared = this.#networks.get(network) ?? { network, meter: this.#meter(NETWORK_FACTOR), users: 0 };
    shared.users += 1;
    this.#networks.set(network, shared);
    this.#shared.set(connection, shared);
  }

  leave(connection: number): void {
    this.#refused.delete(connection);
    this.#members.delete(connectionName(connection));
    const shared = this.#shared.get(connection);
    this.#shared.delete(connection);
    if (!shared) return;
    shared.users -= 1;
    // Someone who comes and goes all the time does not start over each time.
    if (shared.users === 0 && this.#networks.size > LIMITS.absentNetworks)
      this.#networks.delete(shared.network);
  }

  /** Counts a request for the account, whichever connection it uses, or otherwise for the connection. */
  judge({ connection, account }: Asker, kind: RateKind): Verdict {
    const own = this.#memberMeter(account ?? connectionName(connection))[kind];
    const shared = this.#shared.get(connection)?.meter[kind];
    const wait = Math.max(own.getWaitTime(1), shared?.getWaitTime(1) ?? 0);
    if (wait === 0) {
      own.tryRemoveTokens(1);
      shared?.tryRemoveTokens(1);
      this.#refused.delete(connection);
      return GO;
    }
    const refused = (this.#refused.get(connection) ?? 0) + 1;
    this.#refused.set(connection, refused);
    return refused > PATIENCE ? { verdict: 'cut' } : { verdict: 'wait', retryAfter: Math.ceil(wait / 1_000) };
  }

  /** Forgets the full buckets of members, and of networks without a connection. */
  sweep(): void {
    for (const [who, meter] of this.#members) if (isUnused(meter)) this.#members.delete(who);
    for (const [network, { users, meter }] of this.#networks)
      if (users === 0 && isUnused(meter)) this.#networks.delete(network);
  }

  #memberMeter(who: string): Meter {
    let meter = this.#members.get(who);
    if (!meter) this.#members.set(who, (meter = this.#meter(1)));
    return meter;
  }

  #meter(factor: number): Meter {
    const entries = RATE_KINDS.map((kind) => [kind, bucketOf(this.#rates[kind], factor)]);
    return Object.fromEntries(entries) as Meter;
  }
}

function connectionName(connection: number): string {
  return `connection ${connection}`;
}

function bucketOf({ burst, perSecond }: Rate, factor: number): TokenBucket {
  const bucketSize = burst * factor;
  // The rate is given per minute, so that half a token per second is a whole number.
  const tokensPerInterval = perSecond * factor * 60;
  const bucket = new TokenBucket({ bucketSize, tokensPerInterval, interval: 'minute' });
  bucket.content = bucketSize;
  return bucket;
}

function isUnused(meter: Meter): boolean {
  return RATE_KINDS.every((kind) => isFull(meter[kind]));
}

function isFull(bucket: TokenBucket): boolean {
  bucket.drip();
  return bucket.content >= bucket.bucketSize;
}
