import { randomBytes } from 'node:crypto';
import type { Attack, Finding, Step } from '../contract.ts';
import { equalConstantTime, toHex } from '#protocol/bytes';
import type { Target } from '../targets.ts';

const TAG_LENGTH = 16;

type Comparer = (a: Uint8Array, b: Uint8Array) => boolean;

/** As many a program compares: it stops at the first byte that differs. */
function equalEarly(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function unfit({ wire }: Target): string | undefined {
  return wire === 'plain'
    ? undefined
    : 'the comparison is the same for every wire: it is tried once, beside plain';
}

/** A simulated clock: it counts the bytes of the true tag that the comparer really reads, one microsecond for each. */
function timed(compare: Comparer, truth: Uint8Array): (guess: Uint8Array) => { fits: boolean; cost: number } {
  let cost = 0;
  const watched = new Proxy(truth, {
    get: (bytes, key) => {
      if (typeof key === 'string' && /^\d+$/.test(key)) cost++;
      return Reflect.get(bytes, key, bytes) as unknown;
    },
  });
  return (guess) => {
    cost = 0;
    return { fits: compare(guess, watched), cost };
  };
}

/** Byte by byte: the value for which the answer takes longer is the right one. */
async function* measure(compare: Comparer): AsyncGenerator<Step, Finding> {
  const truth = new Uint8Array(randomBytes(TAG_LENGTH));
  const ask = timed(compare, truth);
  const guess = new Uint8Array(TAG_LENGTH);
  for (let at = 0; at < TAG_LENGTH; at++) {
    const costs = Array.from({ length: 256 }, (_, value) => {
      guess[at] = value;
      const { fits, cost } = ask(guess);
      return fits ? Infinity : cost;
    });
    const most = Math.max(...costs);
    if (costs.every((cost) => cost === most))
      return { kind: 'nothing', state: `simulated: every guess takes ${most} µs, so none stands out` };
    guess[at] = costs.indexOf(most);
    const usual = Math.min(...costs);
    const longest = most === Infinity ? 'the tag fits' : `one of them ${most} µs`;
    yield {
      title: `Simulated: byte ${at + 1}, 256 guesses`,
      text: `${usual} µs, and ${longest}: ${toHex(guess.subarray(at, at + 1))}`,
    };
  }
  return { kind: 'gained', what: 'the tag', wanted: toHex(truth), got: toHex(guess) };
}

export const timeTagEarly: Attack = {
  id: 'time-tag-early',
  family: 'around',
  name: 'Time a careless comparison of tags',
  story:
    'A lesson with a simulated clock, and not this server: a program compares tags byte by byte and stops at the first that differs. Each byte that it looks at costs a microsecond, and Mallory sees how long each answer takes.',
  unfit,
  run: () => measure(equalEarly),
};

export const timeTag: Attack = {
  id: 'time-tag',
  family: 'around',
  name: 'Time the comparison of the server',
  story:
    'The same simulated clock beside the comparison that our code has for tags and confirmations. It looks at every byte, whatever is in it.',
  unfit,
  run: () => measure(equalConstantTime),
};
