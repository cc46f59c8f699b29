/**
 * A crowd for many minutes: people come and go on all wires, speak, edit, search, log in, change wires and lose their
 * connections. The server must be as small in the end as in the middle, must not have complained, and must have
 * forgotten everyone when they have gone.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figures } from './contract.ts';
import type { CrowdOrder, CrowdReport } from './crowd-load.ts';
import { machine, median, mib } from './figures.ts';
import type { Soak } from './soak.ts';
import { WatchedServer } from './watched-server.ts';
import { WIRE_NAMES } from '#protocol/messages';

const CLIENTS = 1_000;
/** Every tenth has an account. */
const ACCOUNTS_SHARE = 0.1;
const LOADS = 2;
const LOOKS = 40;
/** How much the second and the last quarter may differ: by a share, and by bytes that come and go. */
const MOST_GROWTH = 1.05;
const PLAY = { rss: 6 * 2 ** 20, heapUsed: 2 ** 20, external: 2 ** 20 } as const;
/** Descriptors that a database or a log may open meanwhile. */
const FILES_PLAY = 4;
/** A handshake that was broken off is given up after ten seconds, a peer that does not take its goodbye after two. */
const SETTLE_MS = 15_000;

export const crowd: Soak = {
  name: 'crowd',
  shows: `${CLIENTS} clients of all kinds: memory stays flat, no error, and nothing is left when they have gone`,
  amount: { rounds: 1, minutes: 10 },
  run: ({ minutes }, progress) => gather(CLIENTS, minutes * 60, progress),
};

/** Rejects when something was left, grew or went wrong. */
export async function gather(
  clients: number,
  seconds: number,
  progress: (line: string) => void,
  judge: (looks: readonly Figures[]) => string = judgeMemory,
): Promise<string> {
  const accounts = Array.from({ length: Math.ceil(clients * ACCOUNTS_SHARE) }, (_, at) => `account-${at}`);
  const server = await WatchedServer.start({ mode: 'optional', accounts });
  try {
    const before = await server.figures({ collect: true });
    const over = load(server, { clients, seconds, accounts });
    const looks: Figures[] = [];
    const look = setInterval(
      () => {
        void server.figures({ collect: true }).then(
          (figures) => {
            looks.push(figures);
            progress(
              `${looks.length} of ${LOOKS}: ${mib(figures.heapUsed)} heap, ${figures.connections} connections`,
            );
          },
          () => undefined,
        );
      },
      (seconds * 1_000) / LOOKS,
    );
    const reports = await over.finally(() => clearInterval(look));
    const after = await settled(server, before);
    const odd = reports.flatMap((report) => report.odd);
    if (odd.length > 0) throw new Error(`${odd.length} refusals, such as ${odd.slice(0, 5).join('\n')}`);
    checkForgotten(before, after);
    return `${shown(reports)} (${machine()})\n  ${judge(looks)}\n  left: ${after.absent} members remembered, ${after.connections} connections, ${String(before.files)} files before and ${String(after.files)} after; ends ${JSON.stringify(after.ends)}`;
  } finally {
    await server.stop();
  }
}

/** Runs the crowd, in processes of its own. */
async function load(
  server: WatchedServer,
  { clients, seconds, accounts }: { clients: number; seconds: number; accounts: readonly string[] },
): Promise<readonly CrowdReport[]> {
  const loads = clients < 100 ? 1 : LOADS;
  const targets = WIRE_NAMES.map((wire) => {
    const { keys = [], ...target } = server.target(wire);
    return { ...target, keys: keys.map(({ id, key }) => ({ id, hex: Buffer.from(key).toString('hex') })) };
  });
  return Promise.all(
    Array.from({ length: loads }, async (_, part) => {
      const mine = accounts.filter((_name, at) => at % loads === part);
      const order: CrowdOrder = { part, clients: clients / loads, seconds, accounts: mine, targets };
      const child = fork(fileURLToPath(new URL('./crowd-load.ts', import.meta.url)), {
        execArgv: ['--import', 'tsx'],
      });
      child.send(order);
      const gone = once(child, 'exit').then(([code]) => {
        throw new Error(`a process of the crowd failed: ${String(code)}`);
      });
      gone.catch(() => undefined);
      const [report] = (await Promise.race([once(child, 'message'), gone])) as [CrowdReport];
      child.disconnect();
      return report;
    }),
  );
}

/**
 * Waits until all have gone: those in the chat, and the sockets that linger or whose handshake was broken off, which
 * are not connections of the chat. Anything that does not go in time has leaked.
 */
async function settled(server: WatchedServer, before: Figures): Promise<Figures> {
  const begin = performance.now();
  for (;;) {
    const figures = await server.figures({ collect: true });
    const closed = before.files === undefined || (figures.files ?? 0) <= before.files + FILES_PLAY;
    if ((figures.connections === 0 && closed) || performance.now() - begin > SETTLE_MS) return figures;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function checkForgotten(before: Figures, after: Figures): void {
  const { connections, sessions, present, accounts, rooms, roomsKept, pendingCommits, pendingRefs, errors } =
    after;
  const left = { connections, sessions, present, accounts, rooms, pendingCommits, pendingRefs };
  if (Object.values(left).some((count) => count > 0)) throw new Error(`left: ${JSON.stringify(left)}`);
  if (roomsKept > before.roomsKept) throw new Error(`${roomsKept} rooms are kept that nobody is in`);
  if (errors.length > 0) throw new Error(`the log has errors: ${errors.join('\n')}`);
  if (before.files !== undefined && (after.files ?? 0) > before.files + FILES_PLAY)
    throw new Error(`${before.files} files were open before, and ${String(after.files)} after`);
}

function judgeMemory(looks: readonly Figures[]): string {
  const quarter = Math.floor(looks.length / 4);
  const [second, last] = [looks.slice(quarter, 2 * quarter), looks.slice(-quarter)];
  const lines = (Object.keys(PLAY) as (keyof typeof PLAY)[]).map((what) => {
    const [then, now] = [second, last].map((some) => median(some.map((figures) => figures[what]))) as [
      number,
      number,
    ];
    if (now > then * MOST_GROWTH + PLAY[what])
      throw new Error(`${what} grew from ${mib(then)} in the second quarter to ${mib(now)} in the last`);
    return `${what} ${mib(then)} in the second quarter, ${mib(now)} in the last`;
  });
  return lines.join('; ');
}

function shown(reports: readonly CrowdReport[]): string {
  const sum: Record<string, number> = {};
  for (const { done } of reports)
    for (const [what, count] of Object.entries(done)) sum[what] = (sum[what] ?? 0) + count;
  return Object.entries(sum)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
