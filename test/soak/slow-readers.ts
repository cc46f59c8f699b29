/**
 * Readers that stop reading, on each wire, in a room where much is said: each is cut off at its cap, the server's
 * memory stays within what the caps allow, and those who do read hardly notice.
 */
import { type Cutter, startCutter } from '../support/flows/cutter.ts';
import type { Puppet } from '../support/servers/server.ts';
import { machine, median, mib, ms, percentile } from './figures.ts';
import { guest } from './people.ts';
import { type Latencies, Pulse } from './pulse.ts';
import type { Soak } from './soak.ts';
import { WatchedServer } from './watched-server.ts';
import type { Target } from '#client/connect/supervisor';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES, type WireName } from '#protocol/messages';

/** On each wire. */
const READERS = 4;
/** What is said to fill their queues: the longest message, three bytes per character. */
const TEXT = '€'.repeat(LIMITS.text);
/** How much longer the 99th percentile may be, in the median round: a single round is mostly chance. */
const MOST_TIMES = 2;
const CALM_MS = 5_000;
const PACE_MS = 5;
const LOOK_EVERY_MS = 250;
/** Bytes besides the queues: messages on their way through the store, and garbage not yet collected. */
const BESIDE = 64 * 2 ** 20;

export const slowReaders: Soak = {
  name: 'slow-readers',
  shows: `a reader that stops is cut off at ${mib(LIMITS.sendQueue)} on each wire; memory stays bounded, others at most ${MOST_TIMES} times as slow`,
  amount: { rounds: 3, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const lines: string[] = [];
    for (const wire of WIRE_NAMES) {
      const seen: Round[] = [];
      for (let round = 1; round <= rounds; round++) {
        progress(`${wire}, ${round} of ${rounds}`);
        seen.push(await onWire(wire));
      }
      lines.push(judged(wire, seen));
    }
    return `${READERS} readers per wire (${machine()})\n${lines.join('\n')}`;
  },
};

/** Times from saying to hearing, before and while they are cut off, and the bytes that the server grew by meanwhile. */
interface Round {
  readonly before: Latencies;
  readonly during: Latencies;
  readonly grown: number;
}

async function onWire(wire: WireName): Promise<Round> {
  const server = await WatchedServer.start({ rates: false });
  const target = server.target(wire);
  try {
    const pulse = new Pulse(await guest(target, 'speaker'), await guest(target, 'listener'));
    const loud = await Loud.start(target);
    const before = await pulse.measure(loud.shout(after(CALM_MS, server)));
    const { rss: start } = await server.figures();
    const slow = await Promise.all(
      Array.from({ length: READERS }, (_, at) => slowReader(target, `slow-${at}`)),
    );
    let most = start;
    const during = await pulse.measure(
      loud.shout(async () => {
        const { rss, ends } = await server.figures();
        most = Math.max(most, rss);
        return (ends['slow_reader'] ?? 0) >= READERS;
      }),
    );
    await Promise.all([loud, pulse, ...slow].map((one) => one.close()));
    return { before, during, grown: most - start };
  } finally {
    await server.stop();
  }
}

function judged(wire: WireName, rounds: readonly Round[]): string {
  const p99s = (of: 'before' | 'during') => rounds.map((round) => percentile(round[of].heard, 0.99));
  const [then, meanwhile] = [p99s('before'), p99s('during')];
  const grown = Math.max(...rounds.map((round) => round.grown));
  const heard = rounds.reduce(
    (sum, { before, during }) => sum + before.heard.length + during.heard.length,
    0,
  );
  const list = (times: readonly number[]) => times.map(ms).join(', ');
  const text = `  ${wire}: heard, p99: before ${list(then)}; meanwhile ${list(meanwhile)} (${heard} messages); memory grew by up to ${mib(grown)}`;
  if (median(meanwhile) > MOST_TIMES * median(then)) throw new Error(`others waited\n${text}`);
  if (grown > READERS * LIMITS.sendQueue + BESIDE) throw new Error(`memory grew too much\n${text}`);
  return text;
}

/** Joins, and never reads again: what it is sent stays with the kernels, and then with the server. */
async function slowReader(target: Target, name: string): Promise<Cutter> {
  const cutter = await startCutter(target);
  await guest({ ...target, port: cutter.port }, name);
  cutter.freeze();
  return cutter;
}

/** Says the longest message again and again, at a pace that everyone can follow. */
class Loud {
  readonly #puppet: Puppet;

  static async start(target: Target): Promise<Loud> {
    return new Loud(await guest(target, 'loud'));
  }

  constructor(puppet: Puppet) {
    this.#puppet = puppet;
    void puppet.rest();
  }

  /** Asks a few times a second whether it is enough. */
  async shout(enough: () => Promise<boolean>): Promise<void> {
    const beat = setInterval(() => this.#puppet.say({ type: 'say', text: TEXT }), PACE_MS);
    try {
      while (!(await enough())) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    } finally {
      clearInterval(beat);
    }
  }

  async close(): Promise<void> {
    await this.#puppet.close();
  }
}

/** Looks at the server as often as when it waits for something: that costs the same. */
function after(milliseconds: number, server: WatchedServer): () => Promise<boolean> {
  const begin = performance.now();
  return async () => {
    await server.figures();
    return performance.now() - begin > milliseconds;
  };
}
