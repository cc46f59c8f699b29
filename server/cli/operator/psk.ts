/** `wireglass psk`: the shared keys of the psk wires. Prints their ids and dates, never the keys. */
import { type Command, InvalidArgumentError } from 'commander';
import type { KeyRow } from '#web/operator/answers';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { ownWork } from './folder-work.ts';
import { DAY, formatSpan, formatTime, parseSpan } from './format.ts';
import { type Column, printDone, printList } from './output.ts';
import { type RemoteServer, withServerOrAlone } from './remote.ts';
import { keyRows, removeKey, rotateKey } from './shared-keys.ts';

interface RotateFlags extends DataFlags {
  /** Milliseconds. */
  readonly validFor: number;
}

const COLUMNS: readonly Column<KeyRow>[] = [
  { head: 'key', cell: ({ id }) => id },
  { head: 'state', cell: ({ state }) => (state === 'in use' ? 'valid, the one that clients use' : state) },
  { head: 'until', cell: ({ until }) => (until === null ? '-' : formatTime(until)) },
];

export function register(program: Command): void {
  const psk = program.command('psk').description('list, rotate and remove the shared keys of the psk wires');
  withDataOptions(psk.command('list', { isDefault: true }))
    .description('list the keys by id; the keys themselves are never printed')
    .action(list);
  withDataOptions(psk.command('rotate'))
    .description('make a new key for the clients to use; the previous one stays valid for a time')
    .option('--valid-for <span>', 'how long the previous key stays valid: 12h, 7d, 2w', span, 7 * DAY)
    .action(rotate);
  withDataOptions(psk.command('remove <id>'))
    .description('remove a key at once; clients that still use it can no longer connect')
    .action(remove);
}

async function list(flags: DataFlags): Promise<void> {
  const { data } = await settingsOf(flags);
  printList(await keyRows(data), COLUMNS, { json: flags.json, none: 'There are no keys.' });
}

async function rotate({ validFor, ...flags }: RotateFlags): Promise<void> {
  const { data } = await settingsOf(flags);
  const { told, ...made } = await withServerOrAlone(data, async (server) => ({
    ...(server ? await server.rotateKey(validFor) : await rotateKey(ownWork(data), validFor)),
    told: whenUsed(server),
  }));
  const { id, before } = made;
  const sentence = `Clients now use the key ${id}; ${before} stays valid for ${formatSpan(validFor)}. ${told}`;
  printDone(sentence, flags, made);
}

async function remove(id: string, flags: DataFlags): Promise<void> {
  const { data } = await settingsOf(flags);
  const told = await withServerOrAlone(data, async (server) => {
    await (server ? server.removeKey(id) : removeKey(ownWork(data), id));
    return whenUsed(server);
  });
  printDone(`The key ${id} was removed. ${told}`, flags, { id });
}

function whenUsed(server: RemoteServer | undefined): string {
  return server
    ? 'The running server uses the change now; open connections go on.'
    : 'No server is running; the next start will use the change.';
}

function span(text: string): number {
  const ms = parseSpan(text);
  if (ms === undefined) throw new InvalidArgumentError('Expected a time like 12h, 7d or 2w.');
  return ms;
}
