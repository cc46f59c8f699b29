/** The secrets at hand, whether they are used, and which flows asked for which: those change when one comes in. */
import { toHex } from '#wire/bytes';
import type { KeyMaterial } from './key-material.ts';
import { type SecretLookup, Secrets } from './secrets.ts';
import type { SessionMemory } from './session-memory.ts';

/** Among the random values that flows asked for, stands for keys that serve many sessions. */
const KEY_MATERIAL = 'key material';
const NOBODY: ReadonlySet<number> = new Set();

export class Keyring {
  /** True while secrets are used; false while everything is as an eavesdropper sees it. */
  used: boolean;
  readonly #sessions: SessionMemory;
  readonly #secrets = new Secrets();
  /** Which flows asked for the secrets of which random value, or for keys that serve many sessions. */
  readonly #asked = new Map<string, Set<number>>();

  constructor(sessions: SessionMemory, used: boolean) {
    this.#sessions = sessions;
    this.used = used;
  }

  /** Takes a line of a key log in. Gives the flows that asked for what is new in it. */
  add(line: string): ReadonlySet<number> {
    const random = this.#secrets.add(line);
    return random === undefined || !this.used ? NOBODY : (this.#asked.get(random) ?? NOBODY);
  }

  /** Takes in a key that serves many sessions. Gives whether it is new. Throws `KeyMaterialError`. */
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
      return this.used;
    };
    const sessions = this.#sessions.seenBy(flow);
    return {
      find: (label, random) => (asks(toHex(random)) ? this.#secrets.find(label, random) : undefined),
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
    for (const asking of this.#asked.values()) asking.delete(flow);
  }
}
