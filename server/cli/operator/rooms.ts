/** `wireglass rooms`: the rooms of the running server, and what its operator may change about them. */
import type { Command } from 'commander';
import type { RoomRow } from '#web/operator/answers';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatSpan } from './format.ts';
import { operate } from './operate.ts';
import { type Column, printList } from './output.ts';
import { runningServer } from './remote.ts';

const COLUMNS: readonly Column<RoomRow>[] = [
  { head: 'room', cell: ({ name }) => name },
  { head: 'members', cell: ({ members }) => String(members), right: true },
  { head: 'connections', cell: ({ connections }) => String(connections), right: true },
  { head: 'access', cell: ({ access }) => access },
  {
    head: 'restrictions',
    cell: ({ locked, slow }) =>
      [...(locked ? ['locked'] : []), ...(slow > 0 ? [`slow, ${formatSpan(slow * 1_000)}`] : [])].join(
        ', ',
      ) || '-',
  },
];

export function register(program: Command): void {
  const rooms = program
    .command('rooms')
    .description('list the rooms of the running server, remove one, withdraw an invitation');
  withDataOptions(rooms.command('list', { isDefault: true }))
    .description('list the rooms')
    .action(async (flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const rows = await (await runningServer(data)).rooms();
      printList(rows, COLUMNS, { json: flags.json, none: 'There are no rooms.' });
    });
  withDataOptions(rooms.command('remove <room>'))
    .description('remove a permanent room and its messages')
    .action((room: string, flags: DataFlags) => operate(flags, { type: 'remove', room }));
  withDataOptions(rooms.command('uninvite <room> <name>'))
    .description('withdraw an invitation; a member who is in the room because of it is put out at once')
    .action((room: string, name: string, flags: DataFlags) =>
      operate(flags, { type: 'uninvite', room, name }),
    );
}
