/** The code of the server, the clients and the attacks with something taken out of it, each time in a bundle of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, build } from 'esbuild';
import type { PlayedCell } from './play-cells.ts';
import type { Answer, Job } from './runner.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Edit {
  /** From the root of the project. */
  readonly file: string;
  /** Must be in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

export class MutantPlayer {
  readonly #folder: string;
  readonly #runner: ChildProcess;
  readonly #gone: Promise<unknown>;
  #count = 0;

  static async start(): Promise<MutantPlayer> {
    // In the project, where the packages are found.
    const place = join(ROOT, 'dist');
    await mkdir(place, { recursive: true });
    const folder = await mkdtemp(join(place, 'mutants-'));
    await bundled('inspector/attacks/identities.ts', join(folder, 'identities.mjs'));
    await bundled('test/support/attacks/runner.ts', join(folder, 'runner.mjs'));
    return new MutantPlayer(folder);
  }

  private constructor(folder: string) {
    this.#folder = folder;
    this.#runner = fork(join(folder, 'runner.mjs'), { cwd: ROOT, execArgv: [] });
    this.#gone = once(this.#runner, 'exit');
  }

  /** Plays these attacks on every target with the edited code. Rejects when an edit does not fit. */
  async play(edits: readonly Edit[], attacks: readonly string[]): Promise<readonly PlayedCell[]> {
    const bundle = join(this.#folder, `mutant-${++this.#count}.mjs`);
    // Certificates take longer to make than anything else, and no mutant is about making them.
    const plugins = [editing(edits), shared('identities.ts', join(this.#folder, 'identities.mjs'))];
    await bundled('test/support/attacks/play-cells.ts', bundle, plugins);
    const answered = once(this.#runner, 'message') as Promise<[Answer]>;
    this.#runner.send({ bundle, attacks } satisfies Job);
    const [answer] = await Promise.race([answered, this.#gone.then(tooEarly)]);
    if ('error' in answer) throw new Error(answer.error);
    return answer.cells;
  }

  async close(): Promise<void> {
    this.#runner.kill();
    await this.#gone;
    await rm(this.#folder, { recursive: true });
  }
}

function tooEarly(): never {
  throw new Error('the process that plays mutants has ended');
}

async function bundled(entry: string, outfile: string, plugins: Plugin[] = []): Promise<void> {
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    absWorkingDir: ROOT,
    plugins,
    logLevel: 'silent',
  });
}

function shared(name: string, path: string): Plugin {
  const filter = new RegExp(String.raw`/${name.replaceAll('.', String.raw`\.`)}$`);
  return {
    name: 'shared',
    setup: (bundling) => bundling.onResolve({ filter }, () => ({ path, external: true })),
  };
}

function editing(edits: readonly Edit[]): Plugin {
  return {
    name: 'edits',
    setup(bundling) {
      for (const file of new Set(edits.map((edit) => edit.file))) {
        const path = join(ROOT, file);
        const filter = new RegExp(`${path.replaceAll(/[\\.]/g, String.raw`\$&`)}$`);
        bundling.onLoad({ filter }, async () => {
          const mine = edits.filter((edit) => edit.file === file);
          return { contents: mine.reduce(edited, await readFile(path, 'utf8')), loader: 'ts' };
        });
      }
    },
  };
}

function edited(text: string, { file, from, to }: Edit): string {
  const count = text.split(from).length - 1;
  if (count !== 1) throw new Error(`${file} has this ${count} times: ${from}`);
  return text.replace(from, () => to);
}
