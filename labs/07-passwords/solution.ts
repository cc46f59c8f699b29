/** How unsalted hashes fall, and accounts that are worth nothing to a thief and tell a stranger nothing. */
import { createHash, randomBytes } from 'node:crypto';

export type Hash = (password: string, cost: number) => Promise<string>;
export type Compare = (password: string, stored: string) => Promise<boolean>;

/** bcrypt reads no further than this many bytes. */
const MOST_BYTES = 72;
const FEWEST_CHARACTERS = 8;

/** Each word is hashed once, however many accounts there are: without a salt, one table fits them all. */
export function crackSha256(hashes: readonly string[], words: readonly string[]): Record<string, string> {
  const wanted = new Set(hashes);
  const found: Record<string, string> = {};
  for (const word of words) {
    const hash = createHash('sha256').update(word, 'utf8').digest('hex');
    if (wanted.has(hash)) found[hash] = word;
  }
  return found;
}

export interface Accounts {
  /** Throws when the name is taken or the password breaks a rule. */
  register(name: string, password: string): Promise<void>;
  login(name: string, password: string): Promise<boolean>;
  stored(name: string): string | undefined;
}

export function createAccounts(hash: Hash, compare: Compare, cost: number): Accounts {
  const hashes = new Map<string, string>();
  /** Names whose hash is being computed. */
  const promised = new Set<string>();
  /** A login for a name that nobody has is compared with this, and takes as long as any other. */
  const nobody = hash(randomBytes(32).toString('hex'), cost);

  return {
    async register(name, password) {
      const flaw = flawOf(password);
      if (flaw !== undefined) throw new Error(flaw);
      const key = keyOf(name);
      if (hashes.has(key) || promised.has(key)) throw new Error('this name is taken');
      promised.add(key);
      try {
        hashes.set(key, await hash(password, cost));
      } finally {
        promised.delete(key);
      }
    },

    async login(name, password) {
      const held = hashes.get(keyOf(name));
      const fits = await compare(password, held ?? (await nobody));
      return fits && held !== undefined && Buffer.byteLength(password) <= MOST_BYTES;
    },

    stored(name) {
      return hashes.get(keyOf(name));
    },
  };
}

/** Two names with the same key are the same. */
function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** What is wrong with a new password, in words. */
function flawOf(password: string): string | undefined {
  if ([...password].length < FEWEST_CHARACTERS) return 'a password must have at least 8 characters';
  if (Buffer.byteLength(password) > MOST_BYTES) return 'a password must have at most 72 bytes';
  return password.includes('\0') ? 'a password must not contain a NUL character' : undefined;
}
