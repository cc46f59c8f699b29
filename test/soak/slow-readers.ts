/**
 * Readers that stop reading, on each wire, in a room where much is said: each is cut off at its cap, the server's
 * memory stays within what the caps allow, and those who do read hardly notice.
 */
import { type Cutter, startCutter } from '../support/cutter.ts';
import type { Puppet } from '../support/server.ts';
import { machine, mib, ms, percentile } from './figures.ts';
import { guest } from './people.ts';
import { type Latencies, Pulse, shown } from './pulse.ts';
import type { Soak } from './soak.ts';
import { WatchedServer } from './watched-server.ts';
import type { Target } from '#client/supervisor';
import { LIMITS } from '#wire/limits';
import { WIRE_NAMES, type WireName } from '#wire/messages';

/** On each wire. */
const READERS = 4;
/** What is said to fill their queues: the longest message, three bytes a character. */
const TEXT = '€'.repeat(LIMITS.text);
/** How much longer the 99th percentile may be; below `NOTHING_MS` nobody cares. */
const MOST_TIMES = 2;
const NOTHING_MS = 10;
const CALM_MS = 5_000;
const PACE_MS = 5;
const LOOK_EVERY_MS = 250;
/** Bytes beside the queues: what is on its way through the store, and garbage not yet collected. */
const BESIDE = 64 * 2 ** 20;

export const slowReaders: Soak = {
  name: 'slow-readers',
  shows: `who does not read is cut off at ${mib(LIMITS.sendQueue)} on each wire; memory stays bounded, others at most ${MOST_TIMES} times as slow`,
  amount: { rounds: 1, minutes: Infinity },
  run: async (_, progress) => {
    const lines: string[] = [];
    for (const wire of WIRE_NAMES) {
      progress(wire);
      lines.push(await onWire(wire));
    }
    return `${READERS} readers a wire (${machine()})\n${lines.join('\n')}`;
  },
};

async function onWire(wire: WireName): Promise<string> {
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
    return judged(wire, before, during, most - start);
  } finally {
    await server.stop();
  }
}

function judged(wire: WireName, before: Latencies, during: Latencies, grown: number): string {
  const text = `  ${wire}: memory grew by ${mib(grown)} while they were cut off\n    before: ${shown(before)}\n    during: ${shown(during)}`;
  const [p99, then] = [percentile(during.heard, 0.99), percentile(before.heard, 0.99)];
  if (p99 > Math.max(NOTHING_MS, MOST_TIMES * then)) throw new Error(`others waited: ${ms(p99)}\n${text}`);
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
