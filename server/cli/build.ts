/** Builds the program for Node, the pages for the browser and the docs site, if they are missing or stale. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Listr, type ListrTask } from 'listr2';
import { brotliDictionary } from './brotli-dictionary.ts';
import { DOCS_FOLDER, ROOT } from '#data-folder/project';
import { type Build, DOCS_BUILD, PROGRAM_BUILD, staleSource } from './staleness.js';

/**
 * Packages that stay outside the built program: they have native code, start threads, read files of their own, or are for
 * building. All others are bundled: reading hundreds of small files took more than a fifth of the time of a start.
 */
const NOT_BUNDLED = [
  'bcrypt',
  'sqlite3',
  'pino',
  'pino-pretty',
  'piscina',
  'esbuild',
  'listr2',
  'typescript',
  'vite',
];

/** Drivers of databases that are not used, and not installed: knex names them. */
const OTHER_DRIVERS = /^(better-sqlite3|mariadb|mysql2?|oracledb|pg|pg-query-stream|tedious)(\/|$)/;

/** Shows progress while it works; returns at once when everything is fresh. */
export async function ensureBuilt(): Promise<void> {
  const tasks = [
    ...(staleSource(ROOT, PROGRAM_BUILD) === undefined ? [] : await programTasks()),
    ...(hasDocs() && staleSource(ROOT, DOCS_BUILD) !== undefined ? [docsTask] : []),
  ];
  if (tasks.length > 0) await new Listr(tasks).run();
}

/** A copy of the program may come without its documents. */
function hasDocs(): boolean {
  return existsSync(join(ROOT, 'docs', '.vitepress'));
}

async function programTasks(): Promise<ListrTask[]> {
  const stamped = stampFor(PROGRAM_BUILD);
  const { build } = await import('vite').catch(needsPackages);
  // Otherwise Vue's plugin would follow the caller's environment, and might build a development page.
  process.env['NODE_ENV'] = 'production';
  return [
    {
      title: 'Build the program',
      task: () =>
        build({
          root: ROOT,
          configFile: false,
          logLevel: 'error',
          plugins: [brotliDictionary],
          ssr: { external: NOT_BUNDLED, noExternal: true },
          build: {
            ssr: join(ROOT, 'server/cli/main.ts'),
            outDir: join(ROOT, 'dist/cli'),
            target: 'node20',
            sourcemap: true,
            rolldownOptions: { external: OTHER_DRIVERS },
          },
        }),
    },
    {
      title: 'Build the pages',
      task: () => build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' }),
    },
    {
      title: 'Build the dissector for Wireshark',
      task: async () => {
        await (await import('#wireshark/dissector')).dissectorFile();
        await stamped();
      },
    },
  ];
}

const docsTask: ListrTask = {
  title: 'Build the docs site',
  task: async () => {
    const stamped = stampFor(DOCS_BUILD);
    await rm(DOCS_FOLDER, { recursive: true, force: true });
    await vitepress('build', 'docs', '--base', '/docs/', '--outDir', DOCS_FOLDER);
    await stamped();
  },
};

/** A process of its own: VitePress brings another Vite, and writes its progress to the terminal. */
async function vitepress(...args: string[]): Promise<void> {
  const program = join(packageFolder('vitepress'), 'bin/vitepress.js');
  // Its configuration reads the table of labs, which is TypeScript.
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    cwd: ROOT,
    // The site then knows that the workbench serves it: see docs/.vitepress/build.ts.
    env: { ...process.env, NODE_ENV: 'production', WIREGLASS_DOCS: 'workbench' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the docs site cannot be built:\n${output.trim()}`);
}

function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    return needsPackages(cause);
  }
}

function needsPackages(cause: unknown): never {
  throw new Error('building needs the development packages: run npm ci without --omit=dev', { cause });
}

/** Begins a build. The returned function marks it with the time of its beginning: a source saved meanwhile counts as newer. */
function stampFor({ stamp }: Build): () => Promise<void> {
  const started = new Date();
  const path = join(ROOT, 'dist', stamp);
  return async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${started.toISOString()}\n`);
    await utimes(path, started, started);
  };
}
