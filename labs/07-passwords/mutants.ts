import type { Mutant } from '#judge/mutant';

const FITS = 'return fits && held !== undefined && Buffer.byteLength(password) <= MOST_BYTES;';
const STORE = 'hashes.set(key, await hash(password, cost));';
const COMPARE = 'const fits = await compare(password, held ?? (await nobody));';
const NOBODY = "const nobody = hash(randomBytes(32).toString('hex'), cost);";

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'stops-at-the-first',
    fails: 'cracks-a-list',
    edits: [['if (wanted.has(hash)) found[hash] = word;', 'if (wanted.has(hash)) return { [hash]: word };']],
  },
  {
    name: 'hashes-latin1',
    fails: 'cracks-a-list',
    edits: [["update(word, 'utf8')", "update(word, 'latin1')"]],
  },
  {
    name: 'every-word-is-a-find',
    fails: 'leaves-the-unknown-out',
    edits: [['if (wanted.has(hash)) found', 'found']],
  },
  {
    name: 'empty-for-the-unknown',
    fails: 'leaves-the-unknown-out',
    edits: [
      [
        '  for (const word of words) {',
        "  for (const hash of hashes) found[hash] = '';\n  for (const word of words) {",
      ],
    ],
  },
  {
    name: 'stored-in-the-clear',
    fails: 'stored-as-bcrypt',
    edits: [
      [STORE, 'hashes.set(key, await Promise.resolve(password));'],
      [COMPARE, 'await compare(password, await nobody);\n      const fits = password === held;'],
    ],
  },
  {
    name: 'stored-as-sha256',
    fails: 'stored-as-bcrypt',
    edits: [
      [STORE, "hashes.set(key, createHash('sha256').update(password).digest('base64'));"],
      [
        COMPARE,
        "await compare(password, await nobody);\n      const fits = createHash('sha256').update(password).digest('base64') === held;",
      ],
    ],
  },
  {
    name: 'cost-of-its-own',
    fails: 'stored-as-bcrypt',
    edits: [[STORE, 'hashes.set(key, await hash(password, 4));']],
  },
  {
    name: 'one-hash-per-password',
    fails: 'salted',
    edits: [
      [
        STORE,
        'made.set(password, made.get(password) ?? await hash(password, cost));\n        hashes.set(key, made.get(password) as string);',
      ],
      ['  const promised =', '  const made = new Map<string, string>();\n  const promised ='],
    ],
  },
  {
    name: 'any-length',
    fails: 'length-limits',
    edits: [
      ["if (Buffer.byteLength(password) > MOST_BYTES) return 'a password must have at most 72 bytes';", ''],
    ],
  },
  {
    name: 'characters-instead-of-bytes',
    fails: 'length-limits',
    edits: [['if (Buffer.byteLength(password) > MOST_BYTES)', 'if (password.length > MOST_BYTES)']],
  },
  {
    name: 'limit-off-by-one',
    fails: 'length-limits',
    edits: [
      ['if (Buffer.byteLength(password) > MOST_BYTES)', 'if (Buffer.byteLength(password) >= MOST_BYTES)'],
    ],
  },
  {
    name: 'code-units-instead-of-characters',
    fails: 'length-limits',
    edits: [['[...password].length < FEWEST', 'password.length < FEWEST']],
  },
  {
    name: 'cut-at-72-bytes',
    fails: 'long-at-login',
    edits: [[FITS, 'return fits && held !== undefined;']],
  },
  {
    name: 'names-compared-by-case',
    fails: 'same-name',
    edits: [["name.normalize('NFKC').toLowerCase()", "name.normalize('NFKC')"]],
  },
  {
    name: 'names-not-normalized',
    fails: 'same-name',
    edits: [["name.normalize('NFKC').toLowerCase()", 'name.toLowerCase()']],
  },
  {
    name: 'last-one-wins',
    fails: 'one-account-per-name',
    edits: [["if (hashes.has(key) || promised.has(key)) throw new Error('this name is taken');", '']],
  },
  {
    name: 'looks-before-it-hashes-only',
    fails: 'one-account-per-name',
    edits: [['hashes.has(key) || promised.has(key)', 'hashes.has(key)']],
  },
  {
    name: 'says-that-nobody-has-the-name',
    fails: 'same-answer',
    edits: [
      ['const fits =', "if (held === undefined) throw new Error('no such account');\n      const fits ="],
    ],
  },
  {
    name: 'answers-at-once-for-unknown-names',
    fails: 'same-work',
    edits: [['const fits =', 'if (held === undefined) return false;\n      const fits =']],
  },
  {
    name: 'compares-with-no-hash',
    fails: 'same-work',
    edits: [['held ?? (await nobody)', "held ?? '$2b$05$nobody'"]],
  },
  {
    name: 'nobody-is-cheaper',
    fails: 'same-work',
    edits: [[NOBODY, "const nobody = hash(randomBytes(32).toString('hex'), 4);"]],
  },
  {
    name: 'nobody-hashed-each-time',
    fails: 'same-work',
    edits: [['held ?? (await nobody)', "held ?? (await hash('nobody', cost))"]],
  },
  {
    name: 'nobody-can-log-in',
    fails: 'nobody-logs-in',
    edits: [['fits && held !== undefined &&', 'fits &&']],
  },
  {
    name: 'object-as-a-table',
    fails: 'any-name',
    edits: [
      [
        'const hashes = new Map<string, string>();',
        'const table: Record<string, string> = {};\n  const hashes = { has: (key: string) => key in table, get: (key: string) => table[key], set: (key: string, value: string) => void (table[key] = value) };',
      ],
    ],
  },
  {
    name: 'one-table-for-all',
    fails: 'independent',
    edits: [
      ['  const hashes = new Map<string, string>();\n', ''],
      [
        'const FEWEST_CHARACTERS = 8;',
        'const FEWEST_CHARACTERS = 8;\nconst hashes = new Map<string, string>();',
      ],
    ],
  },
];
