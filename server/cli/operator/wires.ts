/** `wireglass wires`: the wires of the running server, each of which can be stopped and started again. */
import { Argument, type Command } from 'commander';
import { commandLine } from '#client-cli/hints';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import type { WireRow } from '#web/operator/answers';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { type Column, printDone, printList } from './output.ts';
import { runningServer } from './remote.ts';

const COLUMNS: readonly Column<WireRow>[] = [
  { head: 'wire', cell: ({ wire }) => wire },
  { head: 'address', cell: (row) => placeOf(row) },
  { head: 'state', cell: ({ state }) => state },
  { head: 'connections', cell: ({ connections }) => String(connections), right: true },
  { head: 'weak suites', cell: (row) => weakOf(row) },
];

export function register(program: Command): void {
  const wires = program.command('wires').description('list the wires, stop one, start it again');
  withDataOptions(wires.command('list', { isDefault: true }))
    .description('list the wires of the running server')
    .action(async (flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      printList(await (await runningServer(data)).wires(), COLUMNS, { json: flags.json, none: '' });
    });
  withDataOptions(wires.command('stop'))
    .description('tell the clients on a wire, close their connections, and accept no more; the others go on')
    .addArgument(wireArgument())
    .action(stop);
  withDataOptions(wires.command('start'))
    .description('let a stopped wire listen again, on the same port')
    .addArgument(wireArgument())
    .action(start);
}

function wireArgument(): Argument {
  return new Argument('<wire>', 'which wire').choices(WIRE_NAMES);
}

async function stop(wire: WireName, flags: DataFlags): Promise<void> {
  const { data } = await settingsOf(flags);
  const row = await (await runningServer(data)).changeWire('stop', wire);
  const again = commandLine(`wires start ${wire}`, data);
  printDone(
    `The ${wire} wire is stopped: its clients were told and are gone. ${again} starts it.`,
    flags,
    row,
  );
}

async function start(wire: WireName, flags: DataFlags): Promise<void> {
  const { data } = await settingsOf(flags);
  const row = await (await runningServer(data)).changeWire('start', wire);
  printDone(`The ${wire} wire listens on ${placeOf(row)} again.`, flags, row);
}

function weakOf({ weak_suites: names, weak_on_lan: onLan }: WireRow): string {
  if (names.length === 0) return 'none';
  return `${names.join(', ')}${onLan ? ' (others can reach them)' : ''}`;
}

function placeOf({ host, port }: WireRow): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
