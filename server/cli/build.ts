/** Builds what is missing or stale: the program for Node and the pages for the browser. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Listr } from 'listr2';
import { ROOT } from './project.ts';
import { staleSource } from './staleness.js';

/** Shows progress while it works; returns at once when everything is fresh. */
export async function ensureBuilt(): Promise<void> {
  const stale = staleSource(ROOT);
  if (stale === undefined) return;
  const started = new Date();
  const { build } = await import('vite').catch((cause: unknown) => {
    throw new Error('building needs the development packages: run npm ci without --omit=dev', { cause });
  });
  // Vue's plugin would otherwise follow whatever the caller's environment says and build a development page.
  process.env['NODE_ENV'] = 'production';
  const tasks = new Listr([
    {
      title: 'Build the program',
      task: () =>
        build({
          root: ROOT,
          configFile: false,
          logLevel: 'error',
          ssr: { external: true },
          build: {
            ssr: join(ROOT, 'server/cli/main.ts'),
            outDir: join(ROOT, 'dist/cli'),
            target: 'node20',
            sourcemap: true,
          },
        }),
    },
    {
      title: 'Build the pages',
      task: () => build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' }),
    },
  ]);
  await tasks.run();
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  // The time from before the build: a source that was saved meanwhile still counts as newer.
  const stamp = join(ROOT, 'dist', 'built');
  await writeFile(stamp, `${started.toISOString()}\n`);
  await utimes(stamp, started, started);
}
