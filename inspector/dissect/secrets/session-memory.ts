/**
 * What connections have given away about sessions that other connections resume: a session id or a ticket, and
 * the secrets that it stands for. Flows may be read in any order: a flow that asks too early is told later.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '#protocol/bytes';

/** How many ids and tickets are remembered, and how many that were asked for in vain; later ones are not. */
export const MAX_NAMES = 20_000;
/**
 * How many secrets one name may have: it has several where several keys were tried, of which only one can be
 * right.
 */
const MAX_SECRETS = 8;

export interface SessionName {
  readonly kind: 'id' | 'ticket';
  readonly value: Uint8Array;
}

/** The memory as one flow sees it. */
export interface SessionLookup {
  /** Secrets that may belong to the session that goes by one of these names. */
  find(names: readonly SessionName[]): readonly Uint8Array[];
  remember(name: SessionName, secrets: readonly Uint8Array[]): void;
}

export class SessionMemory {
  readonly #secrets = new Map<string, readonly Uint8Array[]>();
  /** Which flows asked in vain for a name, and the names that each of them asked for. */
  readonly #missed = new Map<string, Set<number>>();
  readonly #missing = new Map<number, Set<string>>();
  readonly #outdated = new Set<number>();

  /** The memory for the flow of this id. */
  seenBy(flow: number): SessionLookup {
    return {
      find: (names) => this.find(flow, names),
      remember: (name, secrets) => this.remember(name, secrets),
    };
  }

  find(flow: number, names: readonly SessionName[]): readonly Uint8Array[] {
    const keys = names.map(keyOf);
    const found = keys.flatMap((key) => this.#secrets.get(key) ?? []);
    if (found.length === 0) this.#miss(flow, keys);
    return found;
  }

  /** Flows that asked for it before are outdated, when it says something new. */
  remember(name: SessionName, secrets: readonly Uint8Array[]): void {
    const key = keyOf(name);
    const known = this.#secrets.get(key) ?? [];
    const fresh = secrets.filter((secret) => !known.some((other) => toHex(other) === toHex(secret)));
    if (fresh.length === 0 || (known.length === 0 && this.#secrets.size >= MAX_NAMES)) return;
    if (known.length + fresh.length > MAX_SECRETS) return;
    this.#secrets.set(key, [...known, ...fresh]);
    for (const flow of [...(this.#missed.get(key) ?? [])]) {
      this.#outdated.add(flow);
      this.forget(flow);
    }
  }

  /** Whether the flow resumes a session about which nothing is known so far. */
  misses(flow: number): boolean {
    return this.#missing.has(flow);
  }

  get missing(): Iterable<number> {
    return this.#missing.keys();
  }

  /** Flows that would now find what they asked for in vain. Each is given once. */
  takeOutdated(): number[] {
    const ids = [...this.#outdated];
    this.#outdated.clear();
    return ids;
  }

  /** Forgets what the flow asked for: the flow is gone, or is read again. */
  forget(flow: number): void {
    for (const key of this.#missing.get(flow) ?? []) {
      const flows = this.#missed.get(key);
      flows?.delete(flow);
      if (flows?.size === 0) this.#missed.delete(key);
    }
    this.#missing.delete(flow);
  }

  #miss(flow: number, keys: readonly string[]): void {
    if (keys.length === 0 || this.#missed.size >= MAX_NAMES) return;
    for (const key of keys) this.#missed.set(key, (this.#missed.get(key) ?? new Set()).add(flow));
    this.#missing.set(flow, new Set([...(this.#missing.get(flow) ?? []), ...keys]));
  }
}

/** Tickets are long, so their hashes are what is kept. */
function keyOf({ kind, value }: SessionName): string {
  return `${kind} ${toHex(sha256(value))}`;
}
