/** `wireglass users`: the accounts, the connections, and the changes that only an operator may make. */
import { Argument, type Command } from 'commander';
import { commandLine } from '#client-cli/hints';
import { dataPaths } from '#data-folder/paths';
import { openStore } from '#store/store';
import type { AccountRow, ConnectionRow } from '#web/operator/answers';
import { ACCOUNT_ROLES, type AccountRole } from '#protocol/roles';
import { accountRows } from './account-rows.ts';
import { withAccounts } from './accounts.ts';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatBytes, formatSpan, formatTime } from './format.ts';
import { type Column, printDone, printList } from './output.ts';
import { newPassword } from './password-input.ts';
import { findServer, runningServer } from './remote.ts';

interface PasswordFlags extends DataFlags {
  readonly passwordFile?: string;
}

const COLUMNS: readonly Column<AccountRow>[] = [
  { head: 'name', cell: ({ name }) => name },
  { head: 'role', cell: ({ role }) => role },
  { head: 'online', cell: ({ online }) => online.join(', ') || '-' },
  { head: 'second factor', cell: ({ secondFactor }) => (secondFactor ? 'yes' : 'no') },
  { head: 'logins', cell: ({ sessions }) => String(sessions), right: true },
  { head: 'last seen', cell: ({ seen }) => (seen === undefined ? '-' : formatTime(seen)) },
  { head: 'since', cell: ({ created }) => formatTime(created) },
];

const ONLINE_COLUMNS: readonly Column<ConnectionRow>[] = [
  { head: 'connection', cell: ({ id }) => String(id), right: true },
  { head: 'name', cell: ({ name }) => name || '-' },
  { head: 'role', cell: ({ role }) => role },
  { head: 'wire', cell: ({ wire }) => wire },
  { head: 'address', cell: ({ address }) => address },
  { head: 'rooms', cell: ({ rooms }) => rooms.join(', ') || '-' },
  { head: 'for', cell: ({ since }) => formatSpan(Date.now() - since), right: true },
  { head: 'in', cell: ({ received }) => formatBytes(received), right: true },
  { head: 'out', cell: ({ sent }) => formatBytes(sent), right: true },
  { head: 'backlog', cell: ({ backlog }) => formatBytes(backlog), right: true },
];

export function register(program: Command): void {
  const users = program
    .command('users')
    .description('list accounts and connections, create and remove accounts, assign roles');
  withDataOptions(users.command('list', { isDefault: true }))
    .description('list the accounts')
    .action(list);
  withDataOptions(users.command('online'))
    .description('list the connections, including those of guests')
    .action(async (flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const rows = await (await runningServer(data)).connections();
      printList(rows, ONLINE_COLUMNS, { json: flags.json, none: 'Nobody is connected.' });
    });
  withDataOptions(users.command('add <name>'))
    .description('create an account; its password is typed twice, or read from a file')
    .option('--password-file <file>', 'the password is the first line of this file')
    .action(async (name: string, flags: PasswordFlags) => {
      const { data } = await settingsOf(flags);
      const password = await newPassword(flags.passwordFile);
      printDone(await withAccounts(data, (accounts) => accounts.add(name, password)), flags);
    });
  withDataOptions(users.command('passwd <name>'))
    .description('give an account a new password and end its logins')
    .option('--password-file <file>', 'the password is the first line of this file')
    .action(async (name: string, flags: PasswordFlags) => {
      const { data } = await settingsOf(flags);
      const password = await newPassword(flags.passwordFile);
      printDone(await withAccounts(data, (accounts) => accounts.setPassword(name, password)), flags);
    });
  withDataOptions(users.command('role <name>'))
    .description('assign a role to an account; this is how the first admin is appointed')
    .addArgument(new Argument('<role>', 'its new role').choices(ACCOUNT_ROLES))
    .action(async (name: string, role: AccountRole, flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      printDone(await withAccounts(data, (accounts) => accounts.setRole(name, role)), flags);
    });
  withDataOptions(users.command('forget-factor <name>'))
    .description('remove the second factor of an account whose owner has lost it, and end its logins')
    .action(async (name: string, flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      printDone(await withAccounts(data, (accounts) => accounts.removeSecondFactor(name)), flags);
    });
  withDataOptions(users.command('remove <name>'))
    .description('remove an account; its messages stay')
    .action(async (name: string, flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      printDone(await withAccounts(data, (accounts) => accounts.remove(name)), flags);
    });
}

async function list(flags: DataFlags): Promise<void> {
  const { data } = await settingsOf(flags);
  const server = await findServer(data);
  const connections = (await server?.connections()) ?? [];
  const store = await openStore(dataPaths(data).database, { readOnly: true });
  const rows = await accountRows(store, connections).finally(() => store.close());
  const none = `There are no accounts. ${commandLine('users add NAME', data)} creates one.`;
  printList(rows, COLUMNS, { json: flags.json, none });
}
