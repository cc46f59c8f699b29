/**
 * A signal to stop while many clients are connected: every one is told before its connection ends, what was acknowledged is
 * stored, and the process has ended, with 0, within five seconds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Soak } from './soak.ts';
import { type Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { openStore } from '#store/store';
import { DEFAULT_ROOM, WIRE_NAMES } from '#protocol/messages';

const CLIENTS = 1_000;
const LONGEST_MS = 5_000;
/** Connections being made at a time: a listener's queue is shorter than the crowd. */
const AT_ONCE = 50;

export const shutdown: Soak = {
  name: 'shutdown',
  shows: `SIGTERM with ${CLIENTS} clients: everyone is told, what was acknowledged is stored, exit 0 within 5 s`,
  amount: { rounds: 1, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const figures: string[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      figures.push(await stopWith(CLIENTS));
    }
    return figures.join('\n');
  },
};

/** Rejects when somebody was not told, something was lost, or it took too long. */
export async function stopWith(clients: number): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'wireglass-shutdown-'));
  const { program, ready } = await startServe(data, '--no-tap', '--log', 'warn');
  try {
    const puppets = await crowd(ready, clients);
    const acknowledged = await sayOne(puppets);
    const begin = performance.now();
    program.child.kill('SIGTERM');
    const told = await Promise.all(puppets.map(hearsGoodbye));
    const { code } = await program.finished;
    const took = performance.now() - begin;
    const untold = told.filter((heard) => !heard).length;
    if (untold > 0) throw new Error(`${untold} of ${clients} clients were not told`);
    if (code !== 0) throw new Error(`the exit code was ${String(code)}: ${program.stderr}`);
    if (took > LONGEST_MS) throw new Error(`it took ${Math.round(took)} ms`);
    await checkStored(data, acknowledged);
    return `${clients} clients were told and ${acknowledged.length} messages kept; exit 0 after ${Math.round(took)} ms`;
  } finally {
    await end(program);
    await rm(data, { recursive: true, force: true });
  }
}

/** Spread over the wires. */
async function crowd(ready: Ready, clients: number): Promise<Puppet[]> {
  const targets = await Promise.all(WIRE_NAMES.map((wire) => targetOf(ready, wire)));
  const puppets: Puppet[] = [];
  while (puppets.length < clients) {
    const more = Math.min(AT_ONCE, clients - puppets.length);
    const from = puppets.length;
    const joining = Array.from({ length: more }, (_, at) =>
      Puppet.join(targets[(from + at) % targets.length] as (typeof targets)[number], `client-${from + at}`),
    );
    puppets.push(...(await Promise.all(joining)));
  }
  return puppets;
}

/** A few of them say something, and hear that it is stored; gives the ids. */
async function sayOne(puppets: readonly Puppet[]): Promise<number[]> {
  return Promise.all(
    puppets.slice(0, 20).map(async (puppet, at) => {
      puppet.say({ type: 'say', text: `message ${at}`, ref: `${at}` });
      for (let message = await puppet.next(); message; message = await puppet.next())
        if (message.type === 'ack') return message.id;
      throw new Error('the connection ended without an acknowledgement');
    }),
  );
}

async function hearsGoodbye(puppet: Puppet): Promise<boolean> {
  const last = (await puppet.rest()).at(-1);
  return last?.type === 'bye' && last.reason === 'shutting_down';
}

async function checkStored(data: string, ids: readonly number[]): Promise<void> {
  const store = await openStore(join(data, 'chat.sqlite'), { readOnly: true });
  try {
    const { messages } = await store.history({ room: DEFAULT_ROOM, limit: 100 });
    const kept = new Set(messages.map(({ id }) => id));
    const lost = ids.filter((id) => !kept.has(id));
    if (lost.length > 0) throw new Error(`acknowledged and lost: ${lost.join(', ')}`);
  } finally {
    await store.close();
  }
}

async function end(program: Program): Promise<void> {
  program.child.kill('SIGKILL');
  await program.finished;
}
