/** What `serve` says once it is ready: a table for people, one line of JSON for programs. */
import Table from 'cli-table3';
import pc from 'picocolors';
import { wireByName } from '#runtime/wires';
import type { Workbench } from './workbench.ts';
import { VERSION } from './project.ts';

export function readyLine({ data, wires, web }: Workbench, tapped: boolean): string {
  return JSON.stringify({
    ready: true,
    version: VERSION,
    pid: process.pid,
    url: web.url,
    web: web.address,
    wires: wires.map(({ wire, address, server }) => ({ wire, ...address, server, tapped })),
    data: data.path,
    ca: data.caFile,
    pskFile: data.keyFile,
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
      `${address.host}:${address.port}`,
      tapped ? `${server.host}:${server.port}` : '',
      wireByName(wire).description,
    ]);
  }
  return [
    ...data.created.map((made) => `made      ${made}`),
    ...fallbacks(workbench).map((line) => pc.yellow(line)),
    table.toString(),
    tapped
      ? 'The taps record what crosses each wire, and this demo server hands its secrets to the page.'
      : '',
    `data      ${data.path}`,
    `chat      npx wireglass chat --wire tls`,
    `stop      Ctrl-C`,
    '',
    `${pc.bold('Open')}      ${pc.cyan(web.url)}`,
    '',
  ]
    .filter((line, index, lines) => line !== '' || index >= lines.length - 4)
    .join('\n');
}

function fallbacks({ wires, web }: Workbench): string[] {
  const moved = wires.flatMap(({ wire, address, insteadOf }) =>
    insteadOf === undefined ? [] : [`port ${insteadOf} was taken: the ${wire} wire is on ${address.port}`],
  );
  if (web.insteadOf !== undefined)
    moved.push(`port ${web.insteadOf} was taken: the page is on ${web.address.port}`);
  return moved;
}
