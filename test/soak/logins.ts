/** Fifty people log in at once while somebody talks: bcrypt must not keep the conversation waiting. */
import { Puppet } from '../support/servers/server.ts';
import { machine, ms, percentile } from './figures.ts';
import { guest, hear } from './people.ts';
import { type Latencies, Pulse, shown } from './pulse.ts';
import type { Soak } from './soak.ts';
import { PASSWORD, WatchedServer } from './watched-server.ts';

const LOGINS = 50;
const WIRE = 'tls';
/** What a login may add to the 99th percentile. */
const MOST_DELAY_MS = 100;

export const logins: Soak = {
  name: 'logins',
  shows: `${LOGINS} logins at once (bcrypt, cost 12) delay what is said by at most ${MOST_DELAY_MS} ms at the 99th percentile`,
  amount: { rounds: 1, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const figures: string[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      figures.push(await measure(LOGINS));
    }
    return figures.join('\n');
  },
};

async function measure(count: number): Promise<string> {
  const names = Array.from({ length: count }, (_, at) => `member-${at}`);
  const server = await WatchedServer.start({ mode: 'optional', rates: false, accounts: names });
  try {
    const target = server.target(WIRE);
    const pulse = new Pulse(await guest(target, 'speaker'), await guest(target, 'listener'));
    const waiting = await Promise.all(names.map(() => Puppet.dial(target)));
    // The extra cost of the first messages in both processes is not the fault of a login.
    await pulse.measure(pause(2_000));
    const begin = performance.now();
    const busy = await pulse.measure(
      Promise.all(names.map((name, at) => login(waiting[at] as Puppet, name))),
    );
    const took = performance.now() - begin;
    const calm = await pulse.measure(pause(took));
    await Promise.all(waiting.map((puppet) => puppet.close()));
    await pulse.close();
    return judged(calm, busy, count, took);
  } finally {
    await server.stop();
  }
}

async function login(puppet: Puppet, name: string): Promise<void> {
  puppet.say({ type: 'login', name, password: PASSWORD });
  await hear(puppet, 'auth_success');
}

function judged(calm: Latencies, busy: Latencies, count: number, took: number): string {
  const delay = (['acked', 'heard'] as const).map(
    (what) => percentile(busy[what], 0.99) - percentile(calm[what], 0.99),
  );
  const text = `${count} logins in ${ms(took)} (${machine()})\n  without: ${shown(calm)}\n  with:    ${shown(busy)}`;
  if (Math.max(...delay) > MOST_DELAY_MS) throw new Error(`they delay what is said too much: ${text}`);
  return text;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
