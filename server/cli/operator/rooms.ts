/** `wireglass rooms`: the rooms of the running server. */
import type { Command } from 'commander';
import type { RoomRow } from '#web/operator/answers';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatSpan } from './format.ts';
import { type Column, printList } from './output.ts';
import { runningServer } from './remote.ts';

const COLUMNS: readonly Column<RoomRow>[] = [
  { head: 'room', cell: ({ name }) => name },
  { head: 'members', cell: ({ members }) => String(members), right: true },
  { head: 'connections', cell: ({ connections }) => String(connections), right: true },
  { head: 'access', cell: ({ access }) => access },
  {
    head: 'order',
    cell: ({ locked, slow }) =>
      [...(locked ? ['locked'] : []), ...(slow > 0 ? [`slow, ${formatSpan(slow * 1_000)}`] : [])].join(
        ', ',
      ) || '-',
  },
];

export function register(program: Command): void {
  withDataOptions(program.command('rooms'))
    .description('list the rooms of the running server')
    .action(async (flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const rooms = await (await runningServer(data)).rooms();
      printList(rooms, COLUMNS, { json: flags.json, none: 'There are no rooms.' });
    });
}
