/** What a command line has to name so that it finds the same server as the one that shows it. */
import { resolve } from 'node:path';
import { DEFAULT_DATA } from '#client/data-paths';

/** ` --data FOLDER`, or nothing where that is the folder that is used anyway. */
export function dataOption(data: string): string {
  return resolve(data) === resolve(DEFAULT_DATA) ? '' : ` --data ${quoted(data)}`;
}

/** As a POSIX shell takes it; only where it would not take it as it is. */
function quoted(text: string): string {
  return /^[\w./:@%+=,\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
