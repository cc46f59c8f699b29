/** What the cracking and the accounts of lab 07 must do. bcrypt is handed in, so that its calls can be counted. */
import { createHash } from 'node:crypto';
import bcrypt from 'bcrypt';
import type { Check } from '#judge/check';
import { describe, must, mustEqual } from '#judge/failure';
import { type PieceObject, PieceThrew, mustHaveMethods } from '#judge/piece';
import type { Random } from '#judge/random';
import { mustThrow } from '#judge/refusals';
import { counted } from '#protocol/shown';

/** The lowest that bcrypt has: about a millisecond. The real server has 12. */
const COST = 4;
const MOST_BYTES = 72;

const CRACK = 'crackSha256';
const ABOUT = 'createAccounts';

export const CHECKS: readonly Check[] = [
  {
    id: 'cracks-a-list',
    requires: 'Every hash whose password is in the word list is cracked.',
    why: 'Without a salt, one pass over the words tries each of them against all accounts at once.',
    about: CRACK,
    run: async ({ piece, random }) => {
      const words = wordsFrom(random, 3_000);
      const chosen = [
        words.at(0),
        words.at(-1),
        ...Array.from({ length: 40 }, () => random.pick(words)),
      ] as string[];
      await mustCrack(piece, { hashes: chosen.map(sha256), words, known: chosen });
    },
  },
  {
    id: 'leaves-the-unknown-out',
    requires: 'A hash whose password is not in the list is left out of the result.',
    why: 'A password that nobody has on a list is not found this way, however it is hashed.',
    about: CRACK,
    run: async ({ piece, random }) => {
      const words = wordsFrom(random, 200);
      const known = [random.pick(words)];
      const others = [random.word(14), `${known[0]} `, known[0]?.toUpperCase() as string];
      await mustCrack(piece, { hashes: [...others, ...known].map(sha256), words, known });
      await mustCrack(piece, { hashes: others.map(sha256), words, known: [] });
    },
  },
  {
    id: 'logs-in',
    requires: 'The right password logs in; a wrong one, one of somebody else, and an unknown name do not.',
    why: 'That is the whole purpose; everything else here is about what happens besides.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      const [ana, ben] = [passwordFrom(random), `grüße 🔑 ${random.word(6)}`];
      await accounts.call('register', 'ana', ana);
      await accounts.call('register', 'ben', ben);
      await mustAnswer(accounts, ['ana', ana], true, 'the login with the right password');
      await mustAnswer(accounts, ['ben', ben], true, 'the login with the right password');
      await mustAnswer(accounts, ['ana', ben], false, 'the login with the password of somebody else');
      await mustAnswer(accounts, ['ana', ana.slice(0, -1)], false, 'the login with a letter too few');
      await mustAnswer(accounts, ['ana', ''], false, 'the login with an empty password');
      await mustAnswer(accounts, ['eve', ana], false, 'the login with a name that nobody has');
    },
  },
  {
    id: 'stored-as-bcrypt',
    requires: 'What is stored is a bcrypt hash of the password, with the cost that was asked for.',
    why: 'The cost makes each guess slow; the operator raises it when machines get faster.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      for (const cost of [COST, COST + 1]) {
        const { accounts } = await opened(piece, { cost });
        const password = passwordFrom(random);
        await accounts.call('register', 'ana', password);
        const stored = await storedOf(accounts, 'ana');
        mustBeHash(stored, cost);
        must(await bcrypt.compare(password, stored), {
          what: 'the stored hash is not of this password',
          got: stored,
        });
      }
    },
  },
  {
    id: 'salted',
    requires: 'Two accounts with the same password have different hashes.',
    why: 'Else the thief sees who has the same password, and one guess is tried against all of them at once.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      const password = passwordFrom(random);
      for (const name of ['ana', 'ben']) await accounts.call('register', name, password);
      const [ana, ben] = [await storedOf(accounts, 'ana'), await storedOf(accounts, 'ben')];
      mustBeHash(ana, COST);
      must(ana !== ben, { what: 'two accounts with the same password have the same hash', got: ana });
    },
  },
  {
    id: 'length-limits',
    requires: 'A new password has at least 8 characters, at most 72 bytes, and no NUL.',
    why: 'bcrypt ignores everything after 72 bytes: a longer password would be weaker than it seems.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      const good = [random.word(8), '🔑🔒🔓🔐🗝🚪🪟🧱', random.word(72), 'é'.repeat(36)];
      for (const [i, password] of good.entries()) {
        await accounts.call('register', `good-${i}`, password);
        await mustAnswer(accounts, [`good-${i}`, password], true, `the login with ${inWords(password)}`);
      }
      const bad = [
        '',
        random.word(7),
        '🔑🔒🔓🔐',
        random.word(73),
        'é'.repeat(37),
        '🔑'.repeat(19),
        `${random.word(9)}\0x`,
      ];
      for (const [i, password] of bad.entries()) {
        const what = `a password with ${inWords(password)}`;
        await mustThrow(accounts, { method: 'register', args: [`bad-${i}`, password], what });
        await mustAnswer(accounts, [`bad-${i}`, password], false, `the login after ${what} was refused`);
      }
    },
  },
  {
    id: 'long-at-login',
    requires: 'A login with more than 72 bytes fails, even when the first 72 are right.',
    why: 'bcrypt compares the first 72 bytes only, so that many wrong passwords would be right.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      const password = random.word(MOST_BYTES);
      await accounts.call('register', 'ana', password);
      await mustAnswer(accounts, ['ana', password], true, 'the login with 72 bytes');
      await mustAnswer(accounts, ['ana', `${password}x`], false, 'the login with one byte more');
    },
  },
  {
    id: 'same-name',
    requires: 'Ana, ANA and the same in full-width letters are one account.',
    why: 'People type a name as they like; and nobody must be able to be “Ana” next to “ana”.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      const [password, other] = [passwordFrom(random), passwordFrom(random)];
      await accounts.call('register', 'Ana', password);
      for (const name of ['ana', 'ANA', 'ａｎａ']) {
        await mustAnswer(accounts, [name, password], true, `the login of Ana as ${name}`);
        const what = `the name ${name}, next to Ana,`;
        await mustThrow(accounts, { method: 'register', args: [name, other], what });
      }
    },
  },
  {
    id: 'one-account-per-name',
    requires:
      'A name is given once, also when two ask for it at the same time; the first keeps the password.',
    why: 'Hashing takes time: between the look and the entry, somebody else may come.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      const passwords = [passwordFrom(random), passwordFrom(random), passwordFrom(random)];
      const done = await Promise.all(passwords.map((password) => registered(accounts, 'ana', password)));
      mustEqual(
        done.filter(Boolean).length,
        1,
        'the number of successes when three register one name at the same time',
      );
      const winner = passwords[done.indexOf(true)] as string;
      const late = passwordFrom(random);
      await mustThrow(accounts, { method: 'register', args: ['ana', late], what: 'a name that is taken' });
      for (const password of [...passwords, late]) {
        const isRight = password === winner;
        const whose = isRight ? 'the one who got the name' : 'one who did not get the name';
        await mustAnswer(accounts, ['ana', password], isRight, `the login with the password of ${whose}`);
      }
    },
  },
  {
    id: 'same-answer',
    requires: 'An unknown name and a wrong password give the same answer: false.',
    why: 'If they differ, a stranger can find out who has an account here, name by name.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      await accounts.call('register', 'ana', passwordFrom(random));
      for (const password of [passwordFrom(random), '', random.word(100)])
        for (const name of ['ana', random.word(6)])
          await mustAnswer(
            accounts,
            [name, password],
            false,
            `the login of ${name} with ${inWords(password)}`,
          );
    },
  },
  {
    id: 'same-work',
    requires:
      'A login for an unknown name costs one bcrypt of the same cost, as one with a wrong password does.',
    why: 'bcrypt takes a fifth of a second with cost 12: an answer without it tells that there is no such account.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts, calls } = await opened(piece, { cost: COST + 1 });
      await accounts.call('register', 'ana', passwordFrom(random));
      // What is made once may be made now.
      for (const name of ['ana', random.word(6)]) await accounts.call('login', name, passwordFrom(random));
      const work: Record<string, readonly string[]> = {};
      for (const [who, name] of [
        ['a known name', 'ana'] as const,
        ['an unknown name', random.word(6)] as const,
      ]) {
        calls.length = 0;
        await mustAnswer(
          accounts,
          [name, passwordFrom(random)],
          false,
          `the login of ${who} with a wrong password`,
        );
        work[who] = [...calls];
      }
      for (const [who, done] of Object.entries(work)) {
        must(done.length === 1 && done[0]?.endsWith(` of cost ${COST + 1}`) === true, {
          what: `the login of ${who} does not cost one bcrypt`,
          expected: `one hash or compare of cost ${COST + 1}`,
          got: done.length === 0 ? 'none' : done.join(', '),
        });
      }
    },
  },
  {
    id: 'nobody-logs-in',
    requires: 'A name without an account never logs in, whatever the comparison says.',
    why: 'The hash that an unknown name is compared with may have a password, and somebody may know it.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece, { compares: () => true });
      const password = passwordFrom(random);
      await accounts.call('register', 'ana', password);
      await mustAnswer(accounts, ['ana', password], true, 'the login with the right password');
      await mustAnswer(accounts, ['eve', password], false, 'the login of eve, who has no account,');
    },
  },
  {
    id: 'any-name',
    requires: 'Names such as constructor and __proto__ are names like any other.',
    why: 'A plain object has such properties before anybody registers: it is no table of what strangers send.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const { accounts } = await opened(piece);
      for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
        const password = passwordFrom(random);
        await mustAnswer(accounts, [name, password], false, `the login of ${name} before it is registered`);
        await accounts.call('register', name, password);
        await mustAnswer(accounts, [name, password], true, `the login of ${name}`);
        mustBeHash(await storedOf(accounts, name), COST);
      }
    },
  },
  {
    id: 'independent',
    requires: 'Accounts that are made apart do not know each other.',
    why: 'A variable outside of the function belongs to every server, and to every test.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const [first, second] = [await opened(piece), await opened(piece)];
      const [password, other] = [passwordFrom(random), passwordFrom(random)];
      await first.accounts.call('register', 'ana', password);
      await mustAnswer(second.accounts, ['ana', password], false, 'the login at other accounts');
      await second.accounts.call('register', 'ana', other);
      await mustAnswer(first.accounts, ['ana', password], true, 'the login at the first accounts');
    },
  },
];

interface Options {
  readonly cost?: number;
  /** In place of bcrypt's comparison. */
  readonly compares?: () => boolean;
}

interface Opened {
  readonly accounts: PieceObject;
  /** What was asked of bcrypt: "compare of cost 4". */
  readonly calls: string[];
}

async function opened(piece: PieceObject, { cost = COST, compares }: Options = {}): Promise<Opened> {
  const calls: string[] = [];
  const hash = (password: unknown, asked: unknown): Promise<string> => {
    calls.push(`hash of cost ${String(asked)}`);
    return bcrypt.hash(passwordOf(password), Number(asked));
  };
  const compare = async (password: unknown, stored: unknown): Promise<boolean> => {
    calls.push(`compare of ${costOf(stored)}`);
    const fits = typeof stored === 'string' && (await bcrypt.compare(passwordOf(password), stored));
    return compares ? compares() : fits;
  };
  const accounts = await piece.call(ABOUT, hash, compare, cost);
  mustHaveMethods(accounts, ['register', 'login', 'stored'], `${ABOUT}(hash, compare, ${cost})`);
  return { accounts, calls };
}

function passwordOf(value: unknown): string | Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === 'string') return value;
  throw new TypeError('a password must be a text');
}

/** A comparison with something that is no hash takes no time at all. */
function costOf(stored: unknown): string {
  const cost =
    typeof stored === 'string' ? /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(stored)?.[1] : undefined;
  return cost === undefined ? 'something that is no bcrypt hash' : `cost ${Number(cost)}`;
}

function mustBeHash(stored: string, cost: number): void {
  const expected = `a bcrypt hash of cost ${cost}`;
  must(costOf(stored) === `cost ${cost}`, {
    what: 'what is stored is not right',
    expected,
    got: describe(stored),
  });
}

async function storedOf(accounts: PieceObject, name: string): Promise<string> {
  const stored = await accounts.call('stored', name);
  must(typeof stored === 'string', { what: `nothing is stored for ${name}`, got: describe(stored) });
  return stored;
}

async function mustAnswer(
  accounts: PieceObject,
  credentials: readonly [name: string, password: string],
  expected: boolean,
  what: string,
): Promise<void> {
  mustEqual(await accounts.call('login', ...credentials), expected, what);
}

async function registered(accounts: PieceObject, name: string, password: string): Promise<boolean> {
  try {
    await accounts.call('register', name, password);
    return true;
  } catch (error) {
    if (error instanceof PieceThrew) return false;
    throw error;
  }
}

interface Cracking {
  readonly hashes: readonly string[];
  readonly words: readonly string[];
  readonly known: readonly string[];
}

async function mustCrack(piece: PieceObject, { hashes, words, known }: Cracking): Promise<void> {
  const given = await piece.call(CRACK, hashes, words);
  must(typeof given === 'object' && given !== null && !Array.isArray(given), {
    what: 'the result is not an object from hash to word',
    got: describe(given),
  });
  const found = given as Record<string, unknown>;
  for (const word of known) mustEqual(found[sha256(word)], word, `the word of the hash ${sha256(word)}`);
  const expected = new Set(known).size;
  must(Object.keys(found).length === expected, {
    what: 'the result has entries for hashes whose word is not in the list',
    expected: counted(expected, 'entry', 'entries'),
    got: String(Object.keys(found).length),
  });
}

function sha256(word: string): string {
  return createHash('sha256').update(word, 'utf8').digest('hex');
}

/** Different words, some with letters beyond ASCII. */
function wordsFrom(random: Random, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${random.word(5)}${random.pick(['', '1', 'é', '🔑'])}${i}`);
}

function passwordFrom(random: Random): string {
  return `${random.word(7)} ${random.between(100, 999)}`;
}

function inWords(password: string): string {
  const number = [...password].length;
  const characters =
    counted(number, 'character') + (number < password.length ? ` (length ${password.length})` : '');
  const nul = password.includes('\0') ? ', one of them NUL' : '';
  return `${characters} in ${counted(Buffer.byteLength(password), 'byte')}${nul}`;
}
