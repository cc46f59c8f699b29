/** `npm start`: builds what is missing or stale, then runs the workbench. `--build-only` stops after the build. */
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.ts';
import { PROGRAM } from '#data-folder/project';

const args = process.argv.slice(2);
await ensureBuilt();
if (!args.includes('--build-only')) {
  process.argv = [process.execPath, PROGRAM, 'serve', ...args];
  await import(pathToFileURL(PROGRAM).href);
}
