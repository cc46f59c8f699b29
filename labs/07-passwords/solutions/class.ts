/** A class with private fields; a name is reserved by putting a promise under it. */
import crypto from 'node:crypto';

type Hash = (password: string, cost: number) => Promise<string>;
type Compare = (password: string, stored: string) => Promise<boolean>;

export class Accounts {
  #rows = new Map<string, Promise<string>>();
  #done = new Map<string, string>();
  #dummy: string;

  constructor(
    private readonly hash: Hash,
    private readonly compare: Compare,
    private readonly cost: number,
  ) {
    const digits = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const random = Array.from(crypto.randomBytes(53), (byte) => digits[byte & 63]).join('');
    this.#dummy = `$2b$${String(cost).padStart(2, '0')}$${random}`;
  }

  static key(name: string): string {
    return name.normalize('NFKC').toLowerCase();
  }

  async register(name: string, password: string): Promise<string> {
    const bytes = new TextEncoder().encode(password).length;
    if (Array.from(password).length < 8 || bytes > 72 || password.indexOf('\0') >= 0)
      throw new RangeError('weak');
    const key = Accounts.key(name);
    if (this.#rows.has(key)) throw new Error('taken');
    const row = this.hash(password, this.cost);
    this.#rows.set(key, row);
    this.#done.set(key, await row);
    return name;
  }

  async login(name: string, password: string): Promise<boolean> {
    const row = await this.#rows.get(Accounts.key(name));
    const fits = await this.compare(password, row ?? this.#dummy);
    if (row === undefined) return false;
    return fits && new TextEncoder().encode(password).length <= 72;
  }

  stored(name: string): string | undefined {
    return this.#done.get(Accounts.key(name));
  }
}

export const createAccounts = (hash: Hash, compare: Compare, cost: number) =>
  new Accounts(hash, compare, cost);

export function crackSha256(hashes: string[], words: string[]): Record<string, string> {
  const table = new Map(words.map((word) => [crypto.createHash('sha256').update(word).digest('hex'), word]));
  return Object.fromEntries(hashes.filter((hash) => table.has(hash)).map((hash) => [hash, table.get(hash)!]));
}
