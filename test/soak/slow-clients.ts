/**
 * Clients that never get anywhere, on the real program with its own limits: each is closed when its time is up, and
 * somebody else is served all the while.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ready, startServe, targetOf } from '../support/programs/program.ts';
import type { Puppet } from '../support/servers/server.ts';
import { machine, median, ms, percentile } from './figures.ts';
import { hear, member } from './people.ts';
import type { Soak } from './soak.ts';
import { accountsNamed } from './watched-server.ts';
import { DEFENCE } from '#runtime/defence/defence';
import { openStore } from '#store/store';
import { fromHex } from '#protocol/bytes';
import type { WireName } from '#protocol/messages';

const CLIENTS = 500;
/** Time between two checks of the server for clients that take too long, and allowance for a busy machine. */
const LATE_MS = 3_000;

interface Row {
  readonly what: string;
  readonly wire: WireName;
  /** The first bytes of something that then stops. */
  readonly hex: string;
  /** Milliseconds after which the server has had enough. */
  readonly limit: number;
}

const { handshakeTimeout, frameTimeout, joinTimeout } = DEFENCE;

export const HALVES: readonly Row[] = [
  { what: 'half a frame', wire: 'plain', hex: '0000001a7b22', limit: frameTimeout },
  { what: 'nothing, with a login required', wire: 'plain', hex: '', limit: joinTimeout },
  { what: 'nothing', wire: 'psk', hex: '', limit: handshakeTimeout },
  { what: 'half a hello', wire: 'psk', hex: '0100002d0000000000000000', limit: handshakeTimeout },
  { what: 'nothing', wire: 'tls', hex: '', limit: handshakeTimeout },
  { what: 'half a ClientHello', wire: 'tls', hex: '1603010200010001fc0303', limit: handshakeTimeout },
  { what: 'half a record', wire: 'tls+psk', hex: '1603010200', limit: handshakeTimeout },
];

export const slowClients: Soak = {
  name: 'slow-clients',
  shows: `${CLIENTS} clients that stop half-way are closed in time, and a good one is served throughout`,
  amount: { rounds: 1, minutes: Infinity },
  run: async (_, progress) => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-slow-'));
    try {
      const store = await openStore(join(data, 'chat.sqlite'));
      for (const account of await accountsNamed(['witness']))
        await store.answers.createAccount({ ...account, now: Date.now() });
      await store.close();
      return await besiege(data, progress);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  },
};

async function besiege(data: string, progress: (line: string) => void): Promise<string> {
  const { program, ready } = await startServe(data, '--no-tap', '--log', 'error', '--accounts', 'required');
  try {
    const witness = await member(await targetOf(ready, 'tls'), 'witness');
    let left = CLIENTS;
    const ends = Array.from({ length: CLIENTS }, async (_, at) => {
      const row = HALVES[at % HALVES.length] as Row;
      const took = await timeToEnd(ready, row);
      progress(`${(left -= 1)} of ${CLIENTS} left`);
      return { row, took };
    });
    const pings: number[] = [];
    const closed = await Promise.race([Promise.all(ends), pingOn(witness, pings)]);
    await witness.close();
    return judged(closed, pings);
  } finally {
    program.child.kill('SIGTERM');
    await program.finished;
  }
}

/** Milliseconds until the server closed the connection. */
async function timeToEnd(ready: Ready, { wire, hex }: Row): Promise<number> {
  const row = ready.wires.find((candidate) => candidate.wire === wire);
  const socket: Socket = connect({ host: '127.0.0.1', port: row?.port ?? 0 });
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  const begin = performance.now();
  if (hex !== '') socket.write(fromHex(hex));
  await once(socket, 'close');
  return performance.now() - begin;
}

/** Never ends by itself; rejects when the witness is not served any more. */
async function pingOn(witness: Puppet, pings: number[]): Promise<never> {
  for (;;) {
    const begin = performance.now();
    witness.say({ type: 'ping' });
    await hear(witness, 'pong');
    pings.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function judged(closed: readonly { row: Row; took: number }[], pings: readonly number[]): string {
  const lines = HALVES.map((row) => {
    const times = closed.filter((one) => one.row === row).map(({ took }) => took);
    const most = Math.max(...times);
    if (most > row.limit + LATE_MS)
      throw new Error(`${row.what} on ${row.wire}: closed only after ${ms(most)}`);
    return `\n  ${row.wire}, ${row.what}: ${times.length} closed after at most ${ms(most)}`;
  });
  const served = `${pings.length} pings of another in ${ms(median(pings))}, p99 ${ms(percentile(pings, 0.99))}`;
  return `${closed.length} closed; meanwhile ${served} (${machine()})${lines.join('')}`;
}
