/** `wireglass status`: the status of the running server. */
import type { Command } from 'commander';
import type { Status } from '#web/operator/answers';
import { devicesText } from '#web/operator/devices-text';
import { WIRE_NAMES } from '#protocol/messages';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatBytes, formatDate, formatNumber, formatSpan, formatTime } from './format.ts';
import { printFacts } from './output.ts';
import { runningServer } from './remote.ts';

export function register(program: Command): void {
  withDataOptions(program.command('status'))
    .description('show the server’s status; exits with 3 when no server is running')
    .action(async (flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const status = await (await runningServer(data)).status();
      printFacts(status, factsOf(status, Date.now()), flags);
    });
}

function factsOf(status: Status, now: number): [string, string][] {
  const { connections, memory } = status;
  const total = WIRE_NAMES.reduce((sum, wire) => sum + connections[wire], 0);
  const devices = devicesText(status, now);
  const byWire = WIRE_NAMES.map((wire) => `${wire} ${connections[wire]}`).join(', ');
  return [
    ['state', status.problems.length === 0 ? 'healthy' : status.problems.join('; ')],
    ['version', `${status.version}, process ${status.pid}`],
    ['running for', `${formatSpan(now - status.started)}, since ${formatTime(status.started)}`],
    ['connections', `${total} (${byWire})`],
    ['members', formatNumber(status.members)],
    ...(devices === undefined ? [] : [['devices', devices] as [string, string]]),
    ['rooms', formatNumber(status.rooms)],
    ['accounts', formatNumber(status.accounts)],
    [
      'messages',
      `${formatNumber(status.messages)} stored, ${formatNumber(status.pendingCommits)} on their way`,
    ],
    ['logins waiting', formatNumber(status.passwordsWaiting)],
    ['memory', `${formatBytes(memory.resident)} resident, ${formatBytes(memory.heap)} heap`],
    ['database', formatBytes(status.databaseBytes)],
    ['certificate', `until ${formatDate(status.certificateEnds)}`],
  ];
}
