/**
 * The secrets at hand, whether they are used, and which flows asked for which of them: those flows change when
 * one comes in.
 */
import { toHex } from '#protocol/bytes';
import type { TapEvent } from '../model.ts';
import { secretLineText } from './key-log-line.ts';
import type { KeyMaterial } from './key-material.ts';
import type { SecretUse } from './secret-use.ts';
import { type SecretLookup, Secrets } from './secrets.ts';
import type { SessionMemory } from './session-memory.ts';

/** Stands for the keys that serve many sessions, among the names of sessions that flows asked for. */
const KEY_MATERIAL = 'key material';
const NOBODY: ReadonlySet<number> = new Set();
/** How many names of sessions are remembered as heard. */
const MAX_HEARD = 200_000;

export class Keyring {
  /** True while secrets are used; false while everything is as an eavesdropper sees it. */
  used: boolean;
  readonly #sessions: SessionMemory;
  readonly #secrets = new Secrets();
  /** Which flows asked for the secrets of which session, or for keys that serve many sessions. */
  readonly #asked = new Map<string, Set<number>>();
  /** Names of sessions that occur in what was read, including those of flows that are gone. */
  readonly #heard = new Set<string>();

  constructor(sessions: SessionMemory, used: boolean) {
    this.#sessions = sessions;
    this.used = used;
  }

  /** Takes in a line of a key log. Returns the flows that asked for what is new in it. */
  add(line: string): ReadonlySet<number> {
    const session = this.#secrets.add(line);
    return session === undefined || !this.used ? NOBODY : (this.#asked.get(session) ?? NOBODY);
  }

  /**
   * The lines of key logs as they are taken in: all of them, or those that these flows asked for. None while secrets are not
   * used.
   */
  events(flows?: ReadonlySet<number>): TapEvent[] {
    if (!this.used) return [];
    const isAsked = (session: string): boolean =>
      [...(this.#asked.get(session) ?? NOBODY)].some((flow) => flows?.has(flow));
    const lines = [...this.#secrets.lines].filter(({ session }) => !flows || isAsked(session));
    return lines.map((line) => ({ kind: 'secret', time: 0, line: secretLineText(line) }));
  }

  /** What came of the lines of key logs so far. */
  get use(): SecretUse {
    const names = [...this.#secrets.sessionNames];
    const { misfits, dropped } = this.#secrets;
    return {
      sessions: names.length,
      found: names.filter((name) => this.#heard.has(name)).length,
      misfits,
      dropped,
    };
  }

  /** Takes in a key that serves many sessions. Returns whether it is new. Throws `KeyMaterialError`. */
  addKey(key: KeyMaterial): boolean {
    return this.#secrets.addKey(key);
  }

  /** The flows that asked for keys that serve many sessions. */
  get askedForKeys(): ReadonlySet<number> {
    return this.used ? (this.#asked.get(KEY_MATERIAL) ?? NOBODY) : NOBODY;
  }

  /** The flows that asked for anything. */
  get asked(): ReadonlySet<number> {
    return new Set([...this.#asked.values()].flatMap((ids) => [...ids]));
  }

  /** The secrets for the flow of this id. */
  seenBy(flow: number): SecretLookup {
    const asks = (name: string): boolean => {
      this.#asked.set(name, (this.#asked.get(name) ?? new Set()).add(flow));
      if (this.#heard.size < MAX_HEARD) this.#heard.add(name);
      return this.used;
    };
    const sessions = this.#sessions.seenBy(flow);
    return {
      find: (label, session, lengths) =>
        asks(toHex(session)) ? this.#secrets.find(label, session, lengths) : undefined,
      misfit: (label, session) => (this.used ? this.#secrets.misfit(label, session) : undefined),
      heard: (random) => void asks(toHex(random)),
      sharedKeys: (keyId) => (asks(KEY_MATERIAL) ? this.#secrets.sharedKeys(keyId) : []),
      rsaKeys: () => (asks(KEY_MATERIAL) ? this.#secrets.rsaKeys() : []),
      sessions: {
        find: (names) => (this.used ? sessions.find(names) : []),
        remember: (name, secrets) => {
          if (this.used) sessions.remember(name, secrets);
        },
      },
    };
  }

  forget(flow: number): void {
    for (const [name, asking] of this.#asked) {
      if (asking.delete(flow) && asking.size === 0) this.#asked.delete(name);
    }
  }
}
