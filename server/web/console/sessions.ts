/**
 * Who has opened the console: links that work once, and the sessions that they begin. All of it is in memory, so a restart
 * ends it. What opens something is stored as its SHA-256 only.
 */
import { randomBytes } from 'node:crypto';
import { hashOfSecret } from '../guard.ts';
import { CONSOLE } from './caps.ts';

/** Of the token of a link, and of what the cookie holds. */
export const SECRET_BYTES = 32;

export interface Session {
  readonly since: number;
  /** When it ends at the latest. */
  readonly until: number;
}

interface Held extends Session {
  seen: number;
  /** Called when it ends. */
  readonly watchers: Set<() => void>;
}

export interface SessionsOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export class ConsoleSessions {
  readonly #clock: () => number;
  /** When each link expires, by its hash; the oldest first. */
  readonly #links = new Map<string, number>();
  /** By the hash of what the cookie holds. */
  readonly #sessions = new Map<string, Held>();

  constructor({ clock = Date.now }: SessionsOptions = {}) {
    this.#clock = clock;
  }

  get count(): number {
    this.sweep();
    return this.#sessions.size;
  }

  /** Makes the token of a link: 256 random bits as hex, which open the console once. */
  newLink(): { readonly token: string; readonly until: number } {
    this.sweep();
    const [oldest] = this.#links.keys();
    if (oldest !== undefined && this.#links.size >= CONSOLE.links) this.#links.delete(oldest);
    const token = newSecret();
    const until = this.#clock() + CONSOLE.linkTime;
    this.#links.set(hashOfSecret(token), until);
    return { token, until };
  }

  /** Begins a session with the token of a link, which is used up then; `undefined` if it is none. */
  open(token: string): { readonly secret: string; readonly session: Session } | undefined {
    this.sweep();
    if (!this.#links.delete(hashOfSecret(token))) return undefined;
    if (this.#sessions.size >= CONSOLE.sessions) this.#endLongestIdle();
    const secret = newSecret();
    const since = this.#clock();
    const session = {
      since,
      until: since + CONSOLE.sessionTime,
      seen: since,
      watchers: new Set<() => void>(),
    };
    this.#sessions.set(hashOfSecret(secret), session);
    return { secret, session };
  }

  /** The session whose cookie holds this secret. It counts as used now. */
  find(secret: string | undefined): Session | undefined {
    if (secret === undefined) return undefined;
    this.sweep();
    const session = this.#sessions.get(hashOfSecret(secret));
    if (session) session.seen = this.#clock();
    return session;
  }

  /** Calls `ended` when the session ends. Returns a function that takes this back. */
  watch(session: Session, ended: () => void): () => void {
    const held = session as Held;
    held.watchers.add(ended);
    return () => held.watchers.delete(ended);
  }

  end(secret: string): void {
    this.#end(hashOfSecret(secret));
  }

  endAll(): void {
    for (const hash of [...this.#sessions.keys()]) this.#end(hash);
  }

  /** Ends what has expired. Called every second, too, for the streams of sessions that nobody uses any more. */
  sweep(): void {
    const now = this.#clock();
    for (const [hash, until] of this.#links) if (until <= now) this.#links.delete(hash);
    for (const [hash, { until, seen }] of this.#sessions) {
      if (until <= now || seen + CONSOLE.idleTime <= now) this.#end(hash);
    }
  }

  #endLongestIdle(): void {
    const [idle] = [...this.#sessions].sort(([, a], [, b]) => a.seen - b.seen);
    if (idle) this.#end(idle[0]);
  }

  #end(hash: string): void {
    const session = this.#sessions.get(hash);
    this.#sessions.delete(hash);
    for (const ended of session?.watchers ?? []) ended();
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex');
}
