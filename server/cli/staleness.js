/**
 * Whether what was built is up to date with its sources. Plain JavaScript without dependencies, because
 * the launcher asks before anything has been built or loaded.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a build is made from, and the file in `dist` whose time is that of the build.
 * @typedef {{ readonly stamp: string, readonly sources: readonly string[] }} Build
 */

/** The program and the pages of the workbench. @type {Build} */
export const PROGRAM_BUILD = {
  stamp: 'built',
  sources: [
    'server',
    'client',
    'inspector',
    'certs',
    'labs',
    'package.json',
    'package-lock.json',
    'vite.config.ts',
  ],
};

/** The docs site, which has the texts of the labs and the components of the workbench in it. @type {Build} */
export const DOCS_BUILD = {
  stamp: 'docs-built',
  sources: [
    'docs',
    'labs',
    'client',
    'inspector',
    'server/protocol',
    'server/channel',
    'server/chat',
    'package.json',
    'package-lock.json',
  ],
};

/** What a learner writes is read when it is judged; the others are what VitePress writes. */
const IGNORED = new Set(['workspace', 'cache', 'dist', '.temp']);

/**
 * Name of one source that is newer than the build, `'dist'` if there is no build, or `undefined` if all is up to date.
 * @param {string} root folder of the project
 * @param {Build} build
 * @returns {string | undefined}
 */
export function staleSource(root, { stamp, sources } = PROGRAM_BUILD) {
  const built = statSync(join(root, 'dist', stamp), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return 'dist';
  for (const name of sources) {
    const newer = newerThan(join(root, name), built);
    if (newer) return newer;
  }
  return undefined;
}

/**
 * Asks for the time of no folder and of no test: each start of a command waits for this.
 * @param {string} path
 * @param {number} time
 * @returns {string | undefined}
 */
function newerThan(path, time) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return found.mtimeMs > time ? path : undefined;
  return newerInside(path, time);
}

/**
 * @param {string} folder
 * @param {number} time
 * @returns {string | undefined}
 */
function newerInside(folder, time) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (IGNORED.has(entry.name) || entry.name.endsWith('.test.ts')) continue;
    const path = join(folder, entry.name);
    const newer = entry.isDirectory() ? newerInside(path, time) : newerThan(path, time);
    if (newer) return newer;
  }
  return undefined;
}
