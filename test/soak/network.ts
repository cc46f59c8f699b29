/**
 * A class on a local network of its own, made of network namespaces: the real program on the instructor's laptop, students
 * of whom one loses packets and one is isolated by the access point, and a stranger who has no token. Everyone hears
 * everyone; the stranger gets nothing that needs a token; and what passes on a student's cable holds nothing of others.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WIRE_NAMES } from '#protocol/wires';
import { type Door, doorsOfClass, isPublic, isRefusal } from '../support/servers/doors.ts';
import { machine } from './figures.ts';
import { type Barged, CAME_IN, type Knocked } from './network/contract.ts';
import { Helper } from './network/helper.ts';
import { type Host, Lan, whyNot } from './network/lan.ts';
import { type Laptop, secretsOf, startLaptop } from './network/laptop.ts';
import { Lesson } from './network/lesson.ts';
import { Watch } from './network/watch.ts';
import type { Soak } from './soak.ts';

export const network: Soak = {
  name: 'network',
  shows:
    'a class on a LAN with packet loss and client isolation; a stranger’s view of it; no leak on a student’s cable',
  amount: { rounds: 5, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const obstacle = await whyNot();
    if (obstacle !== undefined) throw new Error(`this soak cannot run here: ${obstacle}`);
    const data = await mkdtemp(join(tmpdir(), 'wireglass-network-'));
    const lan = await Lan.make();
    const interrupted = (): void => void lan.remove().finally(() => process.exit(1));
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    try {
      return await classOn(lan, { data, rounds, progress });
    } finally {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      await lan.remove();
      await rm(data, { recursive: true, force: true });
    }
  },
};

interface Setting {
  readonly data: string;
  readonly rounds: number;
  readonly progress: (line: string) => void;
}

async function classOn(lan: Lan, { data, rounds, progress }: Setting): Promise<string> {
  progress('the hosts are put together');
  const host = await lan.add('laptop');
  const [ada, ben, cas, eve] = [
    await lan.add('ada'),
    await lan.add('ben'),
    await lan.add('cas'),
    await lan.add('eve'),
  ];
  await lan.lose(ben);
  await lan.isolate(cas);
  await lan.isolate(eve);
  const doors = await doorsOfClass(join(data, 'doors'));
  const folder = join(data, 'class');
  const laptop = await startLaptop(lan, host, folder);
  const watch = await Watch.start(lan, ada, join(data, 'ada.pcap'));
  const lesson = new Lesson(
    [ada, ben, cas].map((one) => new Helper(lan, one)),
    laptop,
  );
  const lines = [await lesson.join(), ...(await lesson.talk(rounds, progress))];
  const { dropped, of } = await lan.lost(ben);
  if (dropped === 0) throw new Error('no packet of ben was lost');
  lines.push(
    `ben lost ${dropped} of ${of} packets, ${((100 * dropped) / of).toFixed(1)} % (by ${lan.lossBy})`,
  );
  progress('what passed on ada’s cable is searched');
  lines.push(await watch.judge(await lesson.needles(), await secretsOf(folder)));
  const stranger = new Helper(lan, eve);
  lines.push(await knocks(stranger, laptop, doors));
  lines.push(await barge(stranger, laptop, lesson.ca));
  progress('nmap looks at every port');
  lines.push(await scanned(lan, eve, laptop, host));
  return `${lines.join('\n  ')} (${machine()})`;
}

async function knocks(stranger: Helper, { where }: Laptop, doors: readonly Door[]): Promise<string> {
  const guarded = doors.filter((door) => !isPublic(door));
  const { knocks: all } = await stranger.ask<Knocked>({ do: 'knock', origin: where.origin, doors: guarded });
  const open = all.filter((knock) => !isRefusal(knock));
  if (open.length > 0)
    throw new Error(
      `a stranger is not refused: ${open.map(({ door, answer }) => `${door} ${answer}`).join('; ')}`,
    );
  const tally = new Map<number, number>();
  for (const { answer } of all) tally.set(answer, (tally.get(answer) ?? 0) + 1);
  const counts = [...tally].map(([answer, count]) => `${count} × ${answer}`).join(', ');
  return `a stranger at ${guarded.length} routes and all WebSockets, without a token and with a wrong one: ${counts}`;
}

/** Somebody who is in the network, and did not join, dials the wires past the page. */
async function barge(stranger: Helper, { where }: Laptop, ca: string): Promise<string> {
  const came = await stranger.ask<Barged>({ do: 'barge', where, ca });
  if (Object.values(came).includes(CAME_IN))
    throw new Error(`a stranger came in on a wire: ${JSON.stringify(came)}`);
  const said = WIRE_NAMES.map((wire) => `${wire}: ${came[wire] ?? 'not tried'}`);
  return `the stranger dials the wires themselves: ${said.join('; ')}`;
}

async function scanned(lan: Lan, eve: Host, { ports, loopbackPorts }: Laptop, target: Host): Promise<string> {
  const { stdout } = await lan.exec(eve, 'nmap', [
    '-n',
    '-Pn',
    '-sT',
    '-p-',
    '-T4',
    '-oG',
    '-',
    target.address,
  ]);
  const found = [...stdout.matchAll(/(\d+)\/open\/tcp/g)]
    .map(([, port]) => Number(port))
    .sort((a, b) => a - b);
  if (loopbackPorts.length === 0)
    throw new Error('the laptop listens on no port of loopback: there is nothing to miss');
  if (found.join() !== ports.join())
    throw new Error(`nmap finds the ports ${found.join(', ')} open, and not just ${ports.join(', ')}`);
  return `nmap finds ${found.length} of 65,535 ports open, those of the page and the wires; none of ${loopbackPorts.length} on loopback`;
}
