/**
 * Lab 07: crack passwords that were stored badly, then store them well.
 *
 * bcrypt comes in as two functions, as the server has them:
 *
 *   hash(password, cost)       gives a new bcrypt hash of a password, with a salt of its own
 *   compare(password, stored)  tells whether a password belongs to a bcrypt hash
 */
import { createHash, randomBytes } from 'node:crypto';

export type Hash = (password: string, cost: number) => Promise<string>;
export type Compare = (password: string, stored: string) => Promise<boolean>;

/** The words whose SHA-256 is in the list, by their hash in lower-case hex. Hashes without a word are left out. */
export function crackSha256(hashes: string[], words: string[]): Record<string, string> {
  return {};
}

/** Accounts that are kept in memory. `cost` is that of every hash. */
export function createAccounts(hash: Hash, compare: Compare, cost: number) {
  return {
    /**
     * Makes an account. Throws when the name is taken, or when the password has fewer than 8 characters, more than 72
     * bytes in UTF-8, or a NUL character. Names are the same when normalize('NFKC').toLowerCase() makes them the same.
     */
    async register(name: string, password: string): Promise<void> {},

    /** Whether there is such an account and this is its password. Costs the same if there is none. */
    async login(name: string, password: string): Promise<boolean> {
      return false;
    },

    /** What is stored for this name, or undefined. */
    stored(name: string): string | undefined {
      return undefined;
    },
  };
}
