/** Builds what is missing or stale: the program for Node and the pages for the browser. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Listr } from 'listr2';
import { brotliDictionary } from './brotli-dictionary.ts';
import { ROOT } from './project.ts';
import { staleSource } from './staleness.js';

/**
 * Packages of plain JavaScript that a command loads before it does anything: part of the program, they are read as a
 * few files of what is used instead of dozens of all there is, which a third of the start-up went into. The others
 * stay packages: they bring native code, start threads, or serve only the server.
 */
const BUNDLED = [
  'commander',
  'valibot',
  /^@noble\//,
  'asn1js',
  'pvutils',
  'pvtsutils',
  'fflate',
  'brotli',
  'picocolors',
];

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
          plugins: [brotliDictionary],
          ssr: { external: true, noExternal: BUNDLED },
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
