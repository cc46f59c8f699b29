/** What `serve` prints once it is ready: a table for people, or one line of JSON for programs. */
import Table from 'cli-table3';
import pc from 'picocolors';
import { toString as qrCode } from 'qrcode';
import type { ListenAddress } from '#runtime/server';
import { wireByName } from '#protocol/wires';
import { commandLine } from '#client-cli/hints';
import type { Classroom } from '#web/class/classroom';
import { CONSOLE } from '#web/console/caps';
import { demoKey } from '#web/downloads';
import { isLoopback, isWildcard } from '#web/guard';
import { reachableAddresses } from '#web/reach';
import { formatSpan } from './operator/format.ts';
import { WEAK_ON_LAN, type Workbench } from './workbench.ts';
import { VERSION } from '#data-folder/project';

export function readyLine(workbench: Workbench, tapped: boolean): string {
  const { data, wires, web } = workbench;
  return JSON.stringify({
    ready: true,
    version: VERSION,
    pid: process.pid,
    url: web.url,
    console: workbench.consoleLink().url,
    hosts: othersReach(workbench),
    web: web.address,
    wires: wires.map(({ wire, address, server }) => ({ wire, ...address, server, tapped })),
    data: data.path,
    ca: data.caFile,
    pskFile: data.keyFile,
    weakSuites: workbench.weakSuites.map(({ name }) => name),
    weakSuitesOnLan: workbench.weakSuitesOnLan,
    ...(workbench.classroom && {
      class: {
        title: workbench.classroom.roster.settings.title,
        code: workbench.classroom.roster.settings.code,
        links: workbench.classroom.links,
      },
    }),
  });
}

export async function readyText(workbench: Workbench, tapped: boolean): Promise<string> {
  const table = readyTable(workbench, tapped);
  const { classroom } = workbench;
  if (!classroom) return table;
  return `${table}\n${othersReach(workbench).length === 0 ? pc.yellow(NOBODY_ELSE) : await joinText(classroom)}`;
}

const NOBODY_ELSE =
  'Nobody else can come in: the page listens on this machine only, or the machine is in no network. ' +
  'Connect it to the network of the class, and start again without --host.';

/** How a class comes in: what to type, and the same as a QR code for phones. */
async function joinText({ roster, links }: Classroom): Promise<string> {
  const { title, code } = roster.settings;
  const [first = '', ...more] = links;
  const qr = await qrCode(`${first}join#code=${code}`, { type: 'terminal', small: true });
  return [
    `${pc.bold('Class')}     ${title}`,
    `${pc.bold('Join')}      ${pc.cyan(first)}   code ${pc.bold(spaced(code))}`,
    ...(more.length > 0 ? [`          other addresses of this machine: ${more.join('  ')}`] : []),
    '          the page of the instructor, at the link behind Open, shows this in large type',
    '',
    qr.trimEnd(),
    '',
  ].join('\n');
}

/** `abc 234` is easier to read out than `abc234`. */
function spaced(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

export function readyTable(workbench: Workbench, tapped: boolean): string {
  const { wires, web, data } = workbench;
  const table = new Table({
    head: ['wire', 'clients connect to', tapped ? 'server behind the tap' : '', 'what it is'].map((cell) =>
      pc.bold(cell),
    ),
    style: { head: [], border: pc.isColorSupported ? ['gray'] : [] },
  });
  for (const { wire, address, server } of wires) {
    table.push([
      wire,
      placeOf(address),
      tapped ? `${server.host}:${server.port}` : '',
      wireByName(wire).description,
    ]);
  }
  return [
    ...data.created.map((made) => `created   ${made}`),
    ...fallbacks(workbench).map((line) => pc.yellow(line)),
    table.toString(),
    ...workbench.weakSuites.map(({ name, weak = '' }) =>
      pc.yellow(`weak      the psk wires also accept ${name}: ${weak}`),
    ),
    workbench.weakSuitesOnLan ? pc.yellow(`WEAK      ${WEAK_ON_LAN}`) : '',
    tapped
      ? 'The taps record what crosses each wire, and this demo server gives its secrets to the page.'
      : '',
    `data      ${data.path}`,
    `chat      ${commandLine('chat --wire tls', data.path)}`,
    // In a class, this token would make everyone who sees it the instructor.
    ...(workbench.classroom ? [] : forOthers(workbench)),
    `stop      Ctrl-C`,
    '',
    `${pc.bold('Open')}      ${pc.cyan(web.url)}`,
    `${pc.bold('Console')}   ${pc.cyan(workbench.consoleLink().url)}`,
    `          for whoever runs the server: works once, within ${formatSpan(CONSOLE.linkTime)};`,
    `          ${commandLine('console', data.path)} prints another link`,
    '',
  ]
    .filter((line, index, lines) => line !== '' || index >= lines.length - 7)
    .join('\n');
}

function fallbacks({ wires, web }: Workbench): string[] {
  const moved = wires.flatMap(({ wire, address, insteadOf }) =>
    insteadOf === undefined ? [] : [`port ${insteadOf} is in use: the ${wire} wire is on ${address.port}`],
  );
  if (web.insteadOf !== undefined)
    moved.push(`port ${web.insteadOf} is in use: the page is on ${web.address.port}`);
  return moved;
}

/** For a listener on all addresses, shows the one by which others most likely reach it. */
function placeOf({ host, port }: ListenAddress): string {
  const shown = isWildcard(host) ? (reachableAddresses()[0] ?? '127.0.0.1') : host;
  return `${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

/** The addresses by which others can connect, the likeliest first; none if only this machine can. */
function othersReach({ wires }: Workbench): readonly string[] {
  const host = wires[0]?.address.host ?? '127.0.0.1';
  if (isWildcard(host)) return reachableAddresses();
  return isLoopback(host) ? [] : [host];
}

/** The commands for another machine: they fetch the files that the client needs, and start it. */
function forOthers(workbench: Workbench): string[] {
  const [host, ...more] = othersReach(workbench);
  const port = workbench.wires.find(({ wire }) => wire === 'tls')?.address.port;
  if (host === undefined || port === undefined) return [];
  const page = new URL(workbench.web.url).origin;
  const fetching = `curl -f -H 'authorization: Bearer ${workbench.data.token}'`;
  return [
    'On another machine:',
    `          ${fetching} -o ca.pem ${page}/api/ca.pem`,
    ...(demoKey(workbench.data) ? [`          ${fetching} -o demo-psk.keys ${page}/api/demo-psk`] : []),
    `          npx wireglass chat --wire tls --host ${host} --port ${port} --ca ca.pem`,
    ...(more.length > 0 ? [`          Other addresses of this machine: ${more.join(', ')}`] : []),
  ];
}
