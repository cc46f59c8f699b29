/** The code of the server, the clients and the attacks with something taken out of it, in a bundle of its own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Plugin, build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Edit {
  /** From the root of the project. */
  readonly file: string;
  /** Must be in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/** Attack, target, verdict, and the evidence for it. */
export type PlayedCell = readonly [attack: string, target: string, verdict: string, evidence: string];

/** Plays these attacks on every target with the edited code. Rejects when an edit does not fit. */
export async function playMutant(edits: readonly Edit[], attacks: readonly string[]): Promise<PlayedCell[]> {
  // In the project, where the packages are found.
  const place = join(ROOT, 'dist');
  await mkdir(place, { recursive: true });
  const folder = await mkdtemp(join(place, 'mutant-'));
  const outfile = join(folder, 'mutant.mjs');
  try {
    await build({
      entryPoints: [join(ROOT, 'test/support/attacks/play-cells.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      absWorkingDir: ROOT,
      plugins: [editing(edits)],
      logLevel: 'silent',
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile, ...attacks], { cwd: ROOT });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PlayedCell);
  } finally {
    await rm(folder, { recursive: true });
  }
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
