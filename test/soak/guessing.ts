/**
 * Someone guesses at logins of the real program over TLS. An unknown name and a wrong password get the same bytes, and
 * nothing in the time they take tells them apart.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServe, targetOf } from '../support/programs/program.ts';
import { machine, median, ms, percentile } from './figures.ts';
import { Guesser } from './guesser.ts';
import { guessAllMinute } from './guess-rate.ts';
import { knownDevice } from './known-device.ts';
import type { Soak } from './soak.ts';
import { accountsNamed } from './watched-server.ts';
import { openStore } from '#store/store';

/** Milliseconds that the medians may be apart. */
const MOST_APART_MS = 5;
/** How much may be asked on one connection at once, and before the server ends it because nobody joins. */
const PAIRS_AT_ONCE = 10;
/** Linux answers for all of 127.0.0.0/8: each connection comes from an address that has not used up its tries. */
const addressOf = (connection: number): string => `127.1.${connection >> 8}.${connection & 0xff}`;
/** A name with an account and one without, which look alike. */
const KINDS = ['member', 'nobody'] as const;
type Kind = (typeof KINDS)[number];
const OWNER = 'owner';

export const guessing: Soak = {
  name: 'guessing',
  shows: `unknown name or wrong password: same bytes, medians within ${MOST_APART_MS} ms; at most ten guesses a minute for an account; no known device waits for them`,
  amount: { rounds: 500, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const rate = await guessAllMinute(progress);
    const data = await mkdtemp(join(tmpdir(), 'wireglass-guessing-'));
    try {
      await makeAccounts(data, rounds);
      return `${rate}\n  ${await measure(data, rounds, progress)}`;
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  },
};

/** One account for each guess: none is guessed at twice, so that no account's own throttle interferes. */
async function makeAccounts(data: string, count: number): Promise<void> {
  const store = await openStore(join(data, 'chat.sqlite'));
  const names = [OWNER, ...Array.from({ length: count }, (_, at) => nameOf('member', at))];
  for (const account of await accountsNamed(names))
    await store.answers.createAccount({ ...account, now: Date.now() });
  await store.close();
}

async function measure(data: string, pairs: number, progress: (line: string) => void): Promise<string> {
  const { program, ready } = await startServe(data, '--no-tap', '--log', 'warn');
  try {
    const target = await targetOf(ready, 'tls');
    const seen: Seen = { times: { member: [], nobody: [] }, replies: new Set() };
    for (let from = 0; from < pairs; from += PAIRS_AT_ONCE) {
      progress(`pair ${from + 1} of ${pairs}`);
      const localAddress = addressOf(1 + from / PAIRS_AT_ONCE);
      const guesser = await Guesser.dial({ ...target, localAddress });
      const to = Math.min(pairs, from + PAIRS_AT_ONCE);
      for (let at = from; at < to; at++) await guessPair(guesser, at, seen);
      await guesser.close();
    }
    return `${judged(seen)}\n  ${await knownDevice(target, OWNER, progress)}`;
  } finally {
    program.child.kill('SIGTERM');
    await program.finished;
  }
}

interface Seen {
  /** Milliseconds. */
  readonly times: Readonly<Record<Kind, number[]>>;
  readonly replies: Set<string>;
}

async function guessPair(guesser: Guesser, at: number, { times, replies }: Seen): Promise<void> {
  // Each goes first as often as the other.
  for (const kind of at % 2 === 0 ? KINDS : [...KINDS].reverse()) {
    const { reply, took } = await guesser.guess(nameOf(kind, at));
    times[kind].push(took);
    replies.add(reply);
  }
}

function nameOf(kind: Kind, at: number): string {
  return `${kind}-${String(at).padStart(4, '0')}`;
}

function judged({ times: { member, nobody }, replies }: Seen): string {
  if (replies.size !== 1) throw new Error(`the replies differ: ${[...replies].join('\n')}`);
  const apart = median(nobody) - median(member);
  const paired = median(nobody.map((took, at) => took - (member[at] ?? NaN)));
  const range = (values: readonly number[]): string =>
    `median ${ms(median(values))} (quartiles ${ms(percentile(values, 0.25))}, ${ms(percentile(values, 0.75))})`;
  const text = `${member.length} pairs, one reply (${machine()}): wrong password ${range(member)}, unknown name ${range(nobody)}; medians ${apart.toFixed(2)} ms apart, median of the pairs' differences ${paired.toFixed(2)} ms`;
  if (Math.abs(apart) > MOST_APART_MS) throw new Error(`time tells them apart: ${text}`);
  return text;
}
