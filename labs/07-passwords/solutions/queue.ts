/** Every request waits for the one before it, so that nothing can come in between; the table is an object without a prototype. */
import { createHash } from 'node:crypto';

type Work<T> = () => Promise<T>;

function queue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: Work<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

export function createAccounts(hash: Function, compare: Function, cost: number) {
  const table: Record<string, string> = Object.create(null);
  const inTurn = queue();
  const key = (name: string) => `name ${name.normalize('NFKC').toLowerCase()}`;

  return {
    register: (name: string, password: string) =>
      inTurn(async () => {
        if (key(name) in table) throw 'taken';
        if ([...password].length < 8) throw 'short';
        if (Buffer.from(password).length > 72) throw 'long';
        if (/\0/.test(password)) throw 'NUL';
        table[key(name)] = await hash(password, cost);
      }),
    login: (name: string, password: string) =>
      inTurn(async () => {
        const stored = table[key(name)];
        // Hashing costs as much as comparing.
        if (!stored) return (await hash('somebody', cost)) === undefined;
        return (await compare(password, stored)) && Buffer.from(password).length < 73;
      }),
    stored: async (name: string) => table[key(name)] ?? null,
  };
}

export async function crackSha256(hashes: string[], words: string[]) {
  const sha = async (word: string) => createHash('sha256').update(Buffer.from(word)).digest('hex');
  const found: Record<string, string> = {};
  for (const word of words) {
    const hash = await sha(word);
    if (hashes.includes(hash)) found[hash] = word;
  }
  return found;
}
