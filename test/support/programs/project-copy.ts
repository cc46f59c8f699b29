/** A copy of the project's sources in a folder of its own, in which a test may change something and run all of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PARTS = [
  'server',
  'client',
  'inspector',
  'certs',
  'labs',
  'test',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'vite.config.ts',
  'vitest.config.ts',
  'vitest.order.ts',
];

export class ProjectCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<ProjectCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'wireglass-copy-'));
    for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    return new ProjectCopy(folder);
  }

  get launcher(): string {
    return join(this.folder, 'server/cli/wireglass.js');
  }

  /** Puts `text` in front of the only place where `before` is in a file. */
  async insert(path: string, before: string, text: string): Promise<void> {
    const parts = (await readFile(join(this.folder, path), 'utf8')).split(before);
    if (parts.length !== 2) throw new Error(`${path} has ${before} ${parts.length - 1} times`);
    await writeFile(join(this.folder, path), parts.join(text + before));
  }

  /** Runs a program of Node in the copy. Resolves with its output; rejects with it if the program fails. */
  async run(...args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${output}`);
    return stripVTControlCharacters(output);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
