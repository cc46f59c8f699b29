/** The data folder: modes, times and the database. */
import { stat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { commandLine } from '#client-cli/hints';
import { dataPaths } from '#data-folder/paths';
import { checkDatabase } from '#store/backup';
import { formatTime } from '../operator/format.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** Milliseconds by which the clock of a file server may differ. */
const LENIENCE = 60_000;
/** Everyone may read certificates; everything else only its owner. */
const PUBLIC = /\.pem$/;

export const checkModes: Check = async ({ data }) => {
  if (process.platform === 'win32') return [ok('modes', 'this system has no file modes to check')];
  const open: Finding[] = [];
  for (const path of [data, ...(await filesIn(data))]) {
    const { mode } = await stat(path);
    const folder = path === data;
    if ((mode & 0o077) === 0 || (!folder && PUBLIC.test(path))) continue;
    const shown = (mode & 0o777).toString(8);
    const wanted = folder ? '700' : '600';
    open.push(problem('modes', `${path} has mode ${shown}: others can read it`, `chmod ${wanted} ${path}`));
  }
  return open.length > 0 ? open : [ok('modes', `only their owner can read the private files in ${data}`)];
};

export const checkTimes: Check = async ({ data, now }) => {
  const ahead: Finding[] = [];
  for (const path of await filesIn(data)) {
    const { mtimeMs } = await stat(path);
    if (mtimeMs <= now + LENIENCE) continue;
    const text = `${relative(data, path)} was written at ${formatTime(mtimeMs)}, which is in the future`;
    ahead.push(warning('times', text, 'check whether the clock was set back'));
  }
  return ahead.length > 0 ? ahead : [ok('times', 'no file has a time in the future')];
};

export const checkStore: Check = async ({ data }) => {
  const { database } = dataPaths(data);
  const { problems, pending } = await checkDatabase(database);
  const mend = `stop the server, keep a copy of the file, and restore a backup: ${commandLine('restore FILE', data)}`;
  if (problems.length > 0) return problems.map((text) => problem('database', `${database}: ${text}`, mend));
  if (pending.length === 0) return [ok('database', `${database} is intact`)];
  const text = `${database} is intact, but of an older version (migrations to be run: ${pending.join(', ')})`;
  return [warning('database', text, 'the next start brings it up to date; make a backup first')];
};

async function filesIn(data: string): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
