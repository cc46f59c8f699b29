/** What `serve` prints once it is ready: a table for people, or one line of JSON for programs. */
import Table from 'cli-table3';
import pc from 'picocolors';
import type { ListenAddress } from '#runtime/server';
import { wireByName } from '#protocol/wires';
import { commandLine } from '#client-cli/hints';
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
  });
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
    ...forOthers(workbench),
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
