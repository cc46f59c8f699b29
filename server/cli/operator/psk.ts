/** `wireglass psk`: the shared keys of the psk wires. Prints their ids and dates, never the keys. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type SharedKey, parseKeyFile } from '#channel/psk/keys';
import { dataPaths } from '#data-folder/paths';
import { lockFile } from '#data-folder/file-lock';
import { writeSecret } from '../data-folder.ts';
import { parseKeys } from '../secrets.ts';
import { auditLine } from './audit-line.ts';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { DAY, formatSpan, formatTime, parseSpan } from './format.ts';
import { removed, rotated } from './key-file.ts';
import { type Column, printDone, printList } from './output.ts';
import { withServerOrAlone } from './remote.ts';

/** How long to wait for another command that changes the keys. */
const PATIENCE_MS = 5_000;

interface RotateFlags extends DataFlags {
  /** Milliseconds. */
  readonly validFor: number;
}

interface Row {
  readonly id: string;
  readonly state: 'in use' | 'valid' | 'ended';
  readonly until: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
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
  const { keyFile } = dataPaths(data);
  const rows = rowsOf(parseKeys(keyFile, await readFile(keyFile, 'utf8')), Date.now());
  printList(rows, COLUMNS, { json: flags.json, none: 'There are no keys.' });
}

function rowsOf(keys: readonly SharedKey[], now: number): Row[] {
  return keys.map(({ id, until = null }, index) => {
    if (until !== null && until <= now) return { id, state: 'ended', until };
    return { id, state: index === 0 ? 'in use' : 'valid', until };
  });
}

async function rotate({ validFor, ...flags }: RotateFlags): Promise<void> {
  const now = Date.now();
  let [id, before] = ['', ''];
  const told = await change(flags, (text, keys) => {
    const [first] = keys;
    before = first?.id ?? '';
    // A demo key is recognisable by its name everywhere, and so is the key that replaces it.
    id = freeId(
      `${before.startsWith('demo-') ? 'demo' : 'key'}-${new Date(now).toISOString().slice(0, 10)}`,
      keys,
    );
    const entry = `${id}:${randomBytes(32).toString('hex')}`;
    return {
      edited: rotated(text, { entry, until: now + validFor }),
      line: `${id} is new, ${before} is valid for ${formatSpan(validFor)}`,
    };
  });
  const sentence = `Clients now use the key ${id}; ${before} stays valid for ${formatSpan(validFor)}. ${told}`;
  printDone(sentence, flags, { id, before, until: now + validFor });
}

/** A name that no key of the file has. It is typed by people, so the random part is short and may be taken. */
function freeId(prefix: string, keys: readonly { readonly id: string }[]): string {
  const id = `${prefix}-${randomBytes(2).toString('hex')}`;
  return keys.some((key) => key.id === id) ? freeId(prefix, keys) : id;
}

async function remove(id: string, flags: DataFlags): Promise<void> {
  const told = await change(flags, (text) => ({
    edited: removed(text, id, Date.now()),
    line: `${id} was removed`,
  }));
  printDone(`The key ${id} was removed. ${told}`, flags, { id });
}

interface Change {
  /** The new text of the key file. */
  readonly edited: string;
  /** For the audit log. */
  readonly line: string;
}

/** Rewrites the key file as a whole, one process at a time. Resolves with when the change takes effect, in words. */
async function change(
  flags: DataFlags,
  edit: (text: string, keys: readonly SharedKey[]) => Change,
): Promise<string> {
  const { data } = await settingsOf(flags);
  return withServerOrAlone(data, async (server) => {
    await rewrite(data, edit);
    if (!server) return 'No server is running; the next start will use the change.';
    await server.renew();
    return 'The running server uses the change now; open connections go on.';
  });
}

async function rewrite(
  data: string,
  edit: (text: string, keys: readonly SharedKey[]) => Change,
): Promise<void> {
  const { keyFile } = dataPaths(data);
  // Two processes that read the same keys would overwrite each other's new key.
  const unlock = await lockFile(`${keyFile}.lock`, { patience: PATIENCE_MS });
  try {
    const text = await readFile(keyFile, 'utf8');
    const { edited, line } = edit(text, parseKeys(keyFile, text));
    // A text that cannot be parsed must not be written.
    parseKeyFile(edited);
    await writeSecret(keyFile, edited);
    await auditLine(data, 'key.rotated', line);
  } finally {
    await unlock();
  }
}

function span(text: string): number {
  const ms = parseSpan(text);
  if (ms === undefined) throw new InvalidArgumentError('Expected a time like 12h, 7d or 2w.');
  return ms;
}
