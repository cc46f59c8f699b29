/** The project's folder on the disk, the same for the sources and for the built program. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
export const WEB_FOLDER = join(ROOT, 'dist', 'web');
export const DOCS_FOLDER = join(ROOT, 'dist', 'docs');
export const PROGRAM = join(ROOT, 'dist', 'cli', 'main.js');

/** What starts it, from the sources if they are newer. */
export const LAUNCHER = join(ROOT, 'server', 'cli', 'wireglass.js');

export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string })
  .version;

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('this program has lost its package.json');
  return findRoot(parent);
}
