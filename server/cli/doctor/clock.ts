/** Checks whether the clock was set back: then rows in the database have a time in the future. */
import { stat } from 'node:fs/promises';
import { dataPaths } from '#data-folder/paths';
import { commandLine } from '#client-cli/hints';
import { type Future, openStore } from '#store/store';
import { formatTime } from '../operator/format.ts';
import { type Finding, type CheckContext, ok, warning } from './finding.ts';

/** Milliseconds that clocks may differ by. */
const LENIENCE = 60_000;

const NAMES: readonly (readonly [kind: keyof Future['counts'], one: string, many: string])[] = [
  ['messages', 'message', 'messages'],
  ['logins', 'login', 'logins'],
  ['sanctions', 'ban or mute', 'bans and mutes'],
  ['secondFactors', 'use of a second factor', 'uses of a second factor'],
  ['auditEntries', 'entry of the audit log', 'entries of the audit log'],
];

export async function checkPast({ data, now }: CheckContext): Promise<readonly Finding[]> {
  const future = await storedLater(dataPaths(data).database, now + LENIENCE);
  if (future === undefined) return [ok('past times', 'nothing in the database has a time in the future')];
  const what = NAMES.flatMap(([kind, one, many]) => {
    const count = future.counts[kind];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  const text = `the clock was set back, or was wrong before: the database has ${what.join(', ')} with a time in the future, up to ${formatTime(future.newest)}`;
  const mend =
    `check the clock; if it is right now, end the logins made in the meantime (${commandLine('users passwd NAME', data)}), ` +
    'lift bans and mutes that last too long, and expect these messages to show wrong times';
  return [warning('past times', text, mend)];
}

/** `undefined` if there is no such row, or no readable database: another check finds that. */
async function storedLater(database: string, than: number): Promise<Future | undefined> {
  if (!(await stat(database).catch(() => undefined))?.isFile()) return undefined;
  const store = await openStore(database, { readOnly: true }).catch(() => undefined);
  try {
    return await store?.future(than);
  } catch {
    return undefined;
  } finally {
    await store?.close();
  }
}
