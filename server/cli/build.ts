/** Builds the program for Node and the pages for the browser, if they are missing or stale. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Listr } from 'listr2';
import { brotliDictionary } from './brotli-dictionary.ts';
import { ROOT } from '#data-folder/project';
import { staleSource } from './staleness.js';

/**
 * Packages of plain JavaScript that a command loads before it does anything. Bundled into the program, they are a few
 * files with only the code that is used; reading dozens of whole files took a third of the start-up time. The other
 * packages are not bundled: they have native code, start threads, or are used only by the server.
 */
const BUNDLED = [
  'commander',
  'valibot',
  /^@noble\//,
  'asn1js',
  'fastest-levenshtein',
  're2js',
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
  // Otherwise Vue's plugin would follow the caller's environment, and might build a development page.
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
    {
      title: 'Build the dissector for Wireshark',
      task: async () => (await import('#wireshark/dissector')).dissectorFile(),
    },
  ]);
  await tasks.run();
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  // The time before the build, so that a source saved in the meantime still counts as newer.
  const stamp = join(ROOT, 'dist', 'built');
  await writeFile(stamp, `${started.toISOString()}\n`);
  await utimes(stamp, started, started);
}
