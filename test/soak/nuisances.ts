/** Somebody does the same thing over and over on the real program: what others notice, and what the audit log takes of it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program, type Ready, UNBOUNDED_RATES, startServe, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { machine, percentile } from './figures.ts';
import type { Nuisance } from './nuisance-sender.ts';
import { hear } from './people.ts';
import { Pulse, shown } from './pulse.ts';
import type { Soak } from './soak.ts';
import type { Target } from '#client/connect/supervisor';
import { openStore } from '#store/store';

const FOR_MS = 10_000;
const BANNED = '127.9.0.1';
/** What it may add to the 99th percentile of acknowledgements and deliveries. */
const MOST_DELAY_MS = 50;
/** Lines of the audit log: when it begins, and when it ends. */
const MOST_LINES = 4;
const SENDER = fileURLToPath(new URL('./nuisance-sender.ts', import.meta.url));

export const nuisances: Soak = {
  name: 'nuisances',
  shows: `a banned address that keeps connecting, and a guest whose presence keeps changing among 1,000, delay others by at most ${MOST_DELAY_MS} ms (p99)`,
  amount: { rounds: 1, minutes: Infinity },
  run: async (_amount, progress) => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-nuisances-'));
    const { program, ready } = await startServe(data, '--no-tap', '--log', 'error', ...UNBOUNDED_RATES);
    const lines = [`for ${FOR_MS / 1_000} s each (${machine()})`];
    try {
      await new Program(['ban', '--address', BANNED, '--data', data]).finished;
      for (const nuisance of ['banned', 'restless'] as const) {
        progress(nuisance);
        lines.push(await suffer(ready, nuisance));
      }
    } finally {
      program.child.kill('SIGTERM');
      await program.finished;
    }
    lines.push(await auditOf(data));
    await rm(data, { recursive: true, force: true });
    return lines.join('\n');
  },
};

async function suffer(ready: Ready, nuisance: Nuisance): Promise<string> {
  const target = await targetOf(ready, 'tls');
  const [speaker, listener] = [
    await elsewhere(target, `${nuisance}-speaker`),
    await elsewhere(target, `${nuisance}-listener`),
  ];
  const pulse = new Pulse(speaker, listener, nuisance);
  const localAddress = nuisance === 'banned' ? { localAddress: BANNED } : {};
  const where = { ...(await targetOf(ready, 'plain')), ...localAddress };
  const child = fork(SENDER, [JSON.stringify(where), nuisance], { execArgv: ['--import', 'tsx'] });
  await once(child, 'message');
  const before = await pulse.measure(pause());
  child.send('begin');
  const during = await pulse.measure(pause());
  const told = once(child, 'message') as Promise<[number]>;
  child.send('end');
  const [times] = await told;
  await pulse.close();
  const text = `${nuisance}, ${times} times: before ${shown(before)}\n  meanwhile: ${shown(during)}`;
  for (const what of ['acked', 'heard'] as const)
    if (percentile(during[what], 0.99) - percentile(before[what], 0.99) > MOST_DELAY_MS)
      throw new Error(`others waited\n${text}`);
  return text;
}

/** In a room that nobody else is in but those who measure. */
async function elsewhere(target: Target, name: string): Promise<Puppet> {
  const puppet = await Puppet.dial(target);
  puppet.say({ type: 'join', name, room: 'elsewhere' });
  await hear(puppet, 'joined');
  return puppet;
}

/** The server has ended: all is written down. */
async function auditOf(data: string): Promise<string> {
  const store = await openStore(join(data, 'chat.sqlite'), { readOnly: true });
  const { entries } = await store.auditPage({ event: 'connection.banned', limit: 1_000 });
  await store.close();
  const said = `${entries.length} lines of the audit log: ${entries.map(({ detail = 'the first' }) => detail).join('; ')}`;
  if (entries.length > MOST_LINES) throw new Error(said);
  return said;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, FOR_MS));
}
