import { createHash } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dictionary } from '@zxcvbn-ts/language-common';
import { compare } from 'bcrypt';
import type { Attack } from '../contract.ts';
import { openStore } from '#store/store';
import type { Target } from '../targets.ts';
import type { World } from '../world.ts';

/** The most common ones. Mallory tries every two of them with a dash between. */
const WORDS = dictionary['passwords-common'].slice(0, 400);
/** Long enough for the rules of the server, and yet in the list. */
const PASSWORD = `${WORDS[217]}-${WORDS[346]}`;
/** As usual on a real server (2^12 rounds). */
const COST = 12;
const TRIES = 3;

function unfit({ wire }: Target): string | undefined {
  return wire === 'plain' ? undefined : 'the database is the same for every wire: it is tried once, on plain';
}

function* candidates(): Generator<string> {
  for (const first of WORDS) for (const second of WORDS) yield `${first}-${second}`;
}

/** Runs a search and tells how many tries a second it made. */
async function measured(
  search: () => Promise<{ readonly found?: string; readonly tries: number }>,
): Promise<{ readonly found?: string; readonly tries: number; readonly rate: number }> {
  const begun = performance.now();
  const result = await search();
  return { ...result, rate: result.tries / ((performance.now() - begun) / 1000) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const digits = (number: number): string => Number(number.toPrecision(2)).toLocaleString('en');

export const crackSha256: Attack = {
  id: 'crack-sha256',
  family: 'later',
  name: 'Crack a table of SHA-256 hashes',
  story:
    'A lesson, and not this server: somebody has kept passwords as bare SHA-256. Mallory has stolen the table. She hashes two common words after another until a hash is in it.',
  unfit,
  async *run() {
    const table = new Map([['ana', sha256(PASSWORD)]]);
    const stolen = table.get('ana') as string;
    yield { title: 'The stolen row, made for this lesson', text: `ana ${stolen}` };
    const { found, tries, rate } = await measured(async () => {
      let count = 0;
      for (const word of candidates()) {
        count++;
        if (sha256(word) === stolen) return { found: word, tries: count };
      }
      return { tries: count };
    });
    yield { title: 'Measured on one core of this machine', text: `${tries} tries, ${digits(rate)} a second` };
    if (found === undefined) return { kind: 'nothing', state: `none of ${tries} tries fits` };
    return { kind: 'gained', what: 'the password of ana', wanted: PASSWORD, got: found };
  },
};

/** Mallory gets a copy of the files, as from a backup that nobody has guarded. */
async function stolenHash({ database, atTheEnd, register }: World): Promise<string> {
  await register('ana', PASSWORD);
  const copy = `${database}.stolen`;
  for (const end of ['', '-wal'])
    if (existsSync(`${database}${end}`)) await copyFile(`${database}${end}`, `${copy}${end}`);
  const store = await openStore(copy);
  atTheEnd(() => store.close());
  const account = await store.answers.accountByKey({ key: 'ana' });
  return account?.passwordHash ?? '';
}

export const crackBcrypt: Attack = {
  id: 'crack-bcrypt',
  family: 'later',
  name: 'Crack the database of the server',
  story:
    'Mallory has stolen the files of the real database. It keeps passwords as bcrypt, with a salt for each account. She has the same words, and as much patience as for a few tries: what matters is how long one takes.',
  unfit,
  world: { accounts: true, passwordCost: COST },
  async *run(world) {
    const hash = await stolenHash(world);
    yield { title: 'The stolen row', text: `ana ${hash}` };
    const { found, tries, rate } = await measured(async () => {
      let count = 0;
      for (const word of candidates()) {
        if (count === TRIES) break;
        count++;
        if (await compare(word, hash)) return { found: word, tries: count };
      }
      return { tries: count };
    });
    const all = WORDS.length ** 2;
    const hours = digits(all / rate / 3600);
    yield { title: 'Measured on one core of this machine', text: `${tries} tries, ${digits(rate)} a second` };
    if (found !== undefined)
      return { kind: 'gained', what: 'the password of ana', wanted: PASSWORD, got: found };
    return {
      kind: 'nothing',
      state: `${tries} tries at ${digits(rate)} a second: all ${digits(all)} pairs of words would take ${hours} hours, and for each account again`,
    };
  },
};
