/**
 * Clients that the server is done with, and that do nothing to end the connection: their descriptors in the server's
 * process are counted as the system has them, on the real program with its taps.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { socketsOf } from '../support/programs/kernel.ts';
import { type Ready, startServe } from '../support/programs/program.ts';
import { machine, ms } from './figures.ts';
import type { Soak } from './soak.ts';
import { fromHex } from '#protocol/bytes';

/** A connection through a tap is three sockets of the server's process. */
const SOCKETS_EACH = 3;
/** Milliseconds for all of them to be closed: the time for the last bytes, many times over, for a busy machine. */
const PATIENCE_MS = 60_000;
/** No wire begins like this. */
const NONSENSE = fromHex('ff'.repeat(64));

interface Kind {
  readonly what: string;
  readonly act: (client: Socket) => void;
}

const KINDS: readonly Kind[] = [
  {
    what: 'put off, reset at once',
    act: (client) => client.write(NONSENSE, () => client.resetAndDestroy()),
  },
  {
    what: 'put off, reset once they were told so',
    act: (client) => {
      client.resume().once('data', () => client.resetAndDestroy());
      client.write(NONSENSE);
    },
  },
  {
    what: 'put off, neither read nor close',
    act: (client) => void client.pause().write(NONSENSE),
  },
  {
    what: 'closed in one direction, never in the other',
    act: (client) => client.pause().end(NONSENSE.subarray(0, 1)),
  },
];

export const descriptors: Soak = {
  name: 'descriptors',
  shows:
    'clients that are put off, reset, never read nor close leave no descriptor with the server, on any wire',
  amount: { rounds: 100, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const rows = await leftBehind(rounds, progress);
    const lines = rows.map(
      ({ what, wire, most, took }) => `  ${wire}, ${what}: ${most} sockets more, gone after ${ms(took)}`,
    );
    return `${rounds} clients of each kind (${machine()})\n${lines.join('\n')}`;
  },
};

export interface Counted {
  /** Sockets of the server's process beyond those before the clients came. */
  readonly most: number;
  /** Milliseconds from the last client's coming until all were gone. */
  readonly took: number;
}

interface Row extends Counted {
  readonly what: string;
  readonly wire: string;
}

/** So many clients of each kind on each wire, one kind after the other. Rejects when a descriptor stays. */
export function leftBehind(each: number, progress: (line: string) => void): Promise<readonly Row[]> {
  return onServer(async ({ pid, wires }) => {
    const rows: Row[] = [];
    for (const { wire, port } of wires) {
      for (const { what, act } of KINDS) {
        progress(`${wire}, ${what}`);
        rows.push({ wire, what, ...(await visited(pid, [{ port, act, each }])) });
      }
    }
    return rows;
  });
}

/** The same with all kinds on all wires at once, which takes no longer than the slowest of them. */
export function leftBehindAtOnce(each: number): Promise<Counted> {
  return onServer(({ pid, wires }) =>
    visited(
      pid,
      wires.flatMap(({ port }) => KINDS.map(({ act }) => ({ port, act, each }))),
    ),
  );
}

async function onServer<T>(work: (ready: Ready) => Promise<T>): Promise<T> {
  const data = await mkdtemp(join(tmpdir(), 'wireglass-descriptors-'));
  const { program, ready } = await startServe(data, '--log', 'error');
  try {
    return await work(ready);
  } finally {
    program.child.kill('SIGTERM');
    await program.finished;
    await rm(data, { recursive: true, force: true });
  }
}

interface Group {
  readonly port: number;
  readonly each: number;
  readonly act: Kind['act'];
}

async function visited(pid: number, groups: readonly Group[]): Promise<Counted> {
  const before = await socketsOf(pid);
  const clients = (await Promise.all(groups.map(come))).flat();
  const begin = performance.now();
  let taken = false;
  void Promise.all(groups.map(({ port }) => answered(port))).then(() => (taken = true));
  let most = 0;
  for (;;) {
    const more = (await socketsOf(pid)) - before;
    most = Math.max(most, more);
    const took = performance.now() - begin;
    if (taken && more <= 0) {
      for (const client of clients) client.destroy();
      return { most, took };
    }
    if (took > PATIENCE_MS) throw new Error(`${more} sockets of ${clients.length * SOCKETS_EACH} stay`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function come({ port, each, act }: Group): Promise<readonly Socket[]> {
  const clients = Array.from({ length: each }, () =>
    connect({ port, host: '127.0.0.1', allowHalfOpen: true }),
  );
  for (const client of clients) client.on('error', () => undefined);
  await Promise.all(clients.map((client) => once(client, 'connect')));
  for (const client of clients) act(client);
  return clients;
}

/** Resolves when a client that came after all the others has been put off: those have been taken in by then. */
async function answered(port: number): Promise<void> {
  const client = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  client.resume().write(NONSENSE);
  await once(client, 'close');
}
