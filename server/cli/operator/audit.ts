/** `wireglass audit`: shows the audit log, read from the database, whether or not a server is running. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { AUDIT_EVENTS, type AuditEvent } from '#chat/records';
import { dataPaths } from '#data-folder/paths';
import { type Store, openStore } from '#store/store';
import type { Verdict } from '#web/operator/answers';
import { judgeAudit } from './audit-verdict.ts';
import { CommandError, type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatTime, parseMoment } from './format.ts';
import { type Column, lineOf, printList } from './output.ts';

type Page = Awaited<ReturnType<Store['auditPage']>>;
type Entry = Page['entries'][number];

interface Flags extends DataFlags {
  readonly event?: AuditEvent;
  readonly subject?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly limit: number;
  readonly follow?: boolean;
  readonly verify?: boolean;
  /** Hashes of entries that somebody noted. */
  readonly expect?: readonly string[];
}

const PAGE = 500;
const LOOK_EVERY_MS = 500;
const MOST = 1_000_000;
const NOTED: Readonly<Record<number, string>> = { 1: 'The noted hash is', 2: 'Both noted hashes are' };

const COLUMNS: readonly Column<Entry>[] = [
  { head: 'when', cell: ({ ts }) => formatTime(ts) },
  { head: 'event', cell: ({ event }) => event },
  { head: 'by', cell: ({ actor }) => actor },
  { head: 'about', cell: ({ subject }) => subject ?? '' },
  { head: 'from', cell: ({ address, via }) => [address, via].filter(Boolean).join(' on ') },
  { head: 'room', cell: ({ room }) => room ?? '' },
  { head: 'detail', cell: ({ detail }) => detail ?? '' },
];

export function register(program: Command): void {
  withDataOptions(program.command('audit'))
    .description('show the audit log: logins, roles, moderation, keys, backups')
    .addOption(new Option('--event <event>', 'only this kind of event').choices(AUDIT_EVENTS))
    .option('--subject <name>', 'only entries about this name')
    .option(
      '--since <when>',
      'only entries since then: a date, or how long ago (90s, 15min, 12h, 7d)',
      moment,
    )
    .option('--limit <count>', 'at most this many entries, the newest ones', count, 50)
    .option('--follow', 'go on printing new entries until Ctrl-C; with --json, one object per line')
    .option('--verify', 'check that no entry was changed or removed; exits with 1 if one was')
    .option(
      '--expect <hash>',
      'with --verify: a hash noted earlier, which must be in the log; may be repeated',
      noted,
    )
    .action(async (flags: Flags) => {
      if (flags.expect && !flags.verify) throw new CommandError('--expect goes with --verify');
      const { data } = await settingsOf(flags);
      const store = await openStore(dataPaths(data).database, { readOnly: true });
      try {
        await (flags.verify
          ? verify(store, flags)
          : flags.follow
            ? follow(store, flags)
            : list(store, flags));
      } finally {
        await store.close();
      }
    });
}

async function list(store: Store, flags: Flags): Promise<void> {
  const none = 'The audit log has no such entries.';
  printList(await newest(store, flags), COLUMNS, { json: flags.json, none });
}

/** Oldest first. */
async function newest(store: Store, { event, subject, since = 0, limit }: Flags): Promise<Entry[]> {
  const query = { ...(event && { event }), ...(subject !== undefined && { subject }) };
  let found: Entry[] = [];
  for (;;) {
    const [oldest] = found;
    const size = Math.min(PAGE, limit - found.length);
    const { entries, more } = await store.auditPage({
      ...query,
      ...(oldest && { before: oldest.id }),
      limit: size,
    });
    const wanted = entries.filter(({ ts }) => ts >= since);
    found = [...wanted, ...found];
    if (!more || wanted.length < entries.length || found.length >= limit) return found;
  }
}

async function follow(store: Store, flags: Flags): Promise<void> {
  const print = (entry: Entry): void =>
    console.log(flags.json ? JSON.stringify(entry) : lineOf(entry, COLUMNS));
  const { entries: end } = await store.auditPage({ limit: 1 });
  let after = end.at(-1)?.id ?? 0;
  (await newest(store, flags)).filter(({ id }) => id <= after).forEach(print);
  const { event, subject } = flags;
  const query = { ...(event && { event }), ...(subject !== undefined && { subject }), limit: PAGE };
  for (;;) {
    const { entries, more } = await store.auditPage({ ...query, after });
    entries.forEach(print);
    after = entries.at(-1)?.id ?? after;
    if (!more) await wait(LOOK_EVERY_MS);
  }
}

async function verify(store: Store, { json = false, expect = [] }: Flags): Promise<void> {
  const { finding, verdict } = await judgeAudit(store, expect);
  const { flaws, last } = verdict;
  const { broken = null, missing, unknown } = finding;
  const whole = flaws.length === 0;
  if (json)
    console.log(
      JSON.stringify({ whole, broken, missing, unknown, last: last?.id ?? 0, hash: last?.hash ?? null }),
    );
  if (!whole) throw new CommandError(flaws.join('; '));
  if (json) return;
  printWhole(last, expect.length);
}

function printWhole(last: Verdict['last'], noted: number): void {
  console.log(last ? `The audit log is whole, up to entry ${last.id}.` : 'The audit log is empty.');
  if (noted > 0) console.log(`${NOTED[noted] ?? `All ${noted} noted hashes are`} in it.`);
  // An operator who keeps this line elsewhere notices when the whole log is rewritten.
  if (last) console.log(`Its last hash: ${last.hash}`);
}

function moment(text: string): number {
  const time = parseMoment(text, Date.now());
  if (time === undefined)
    throw new InvalidArgumentError('Expected a date like 2030-12-31, or a time like 12h.');
  return time;
}

function count(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= 1 && number <= MOST))
    throw new InvalidArgumentError(`Expected a number from 1 to ${MOST}.`);
  return number;
}

function noted(text: string, before: readonly string[] = []): string[] {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Expected 64 hexadecimal digits.');
  return [...before, text];
}
