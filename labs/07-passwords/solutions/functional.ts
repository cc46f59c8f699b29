/** Pure functions around one Map; the name is looked up again once the hash is there. Hashes with WebCrypto. */
type Hash = (password: string, cost: number) => Promise<string>;
type Compare = (password: string, stored: string) => Promise<boolean>;

const size = (text: string): number => new TextEncoder().encode(text).byteLength;
const key = (name: string): string => name.normalize('NFKC').toLowerCase();
const rules: ((password: string) => boolean)[] = [
  (password) => [...password].length >= 8,
  (password) => size(password) <= 72,
  (password) => !password.includes('\u0000'),
];

export const createAccounts = (hash: Hash, compare: Compare, cost: number) => {
  const all = new Map<string, string>();
  let dummy: Promise<string> | undefined;
  const register = async (name: string, password: string) => {
    if (!rules.every((rule) => rule(password))) throw new Error('not good enough');
    if (all.has(key(name))) throw new Error('taken');
    const made = await hash(password, cost);
    if (all.has(key(name))) throw new Error('taken in the meantime');
    all.set(key(name), made);
    return true;
  };
  const login = async (name: string, password: string) => {
    dummy ??= hash('never used for anything', cost);
    const [known, other] = [all.get(key(name)), await dummy];
    const right = await compare(password.slice(0, 73), known ?? other);
    return right && known !== undefined && size(password) <= 72;
  };
  return { register, login, stored: (name: string) => all.get(key(name)) };
};

const hex = (buffer: ArrayBuffer): string =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export async function crackSha256(hashes: string[], words: string[]): Promise<Record<string, string>> {
  const pairs = await Promise.all(
    words.map(
      async (word) =>
        [hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(word))), word] as const,
    ),
  );
  return Object.fromEntries(pairs.filter(([hash]) => hashes.includes(hash)));
}
