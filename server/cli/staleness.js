/**
 * Whether the built program and pages are up to date with their sources. Plain JavaScript without dependencies, because
 * the launcher asks before anything has been built or loaded.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = [
  'server',
  'client',
  'inspector',
  'certs',
  'labs',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
];

/** What a learner writes is read when it is judged. */
const IGNORED = new Set(['workspace']);

/**
 * Name of one source that is newer than the build, `'dist'` if there is no build, or `undefined` if all is up to date.
 * @param {string} root folder of the project
 * @returns {string | undefined}
 */
export function staleSource(root) {
  const built = statSync(join(root, 'dist', 'built'), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return 'dist';
  for (const name of SOURCES) {
    const newer = newerThan(join(root, name), built);
    if (newer) return newer;
  }
  return undefined;
}

/**
 * @param {string} path
 * @param {number} time
 * @returns {string | undefined}
 */
function newerThan(path, time) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return found.mtimeMs > time && !path.endsWith('.test.ts') ? path : undefined;
  for (const name of readdirSync(path)) {
    if (IGNORED.has(name)) continue;
    const newer = newerThan(join(path, name), time);
    if (newer) return newer;
  }
  return undefined;
}
