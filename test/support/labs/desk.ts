/** A learner at work: a folder of their own, the programs that they start in it, and how far they have come. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '#data-folder/project';
import { type Addresses, readAddresses } from '#data-folder/addresses';
import type { Lesson } from '#judge/lesson';
import { LESSONS } from '#labs/lessons';
import { ProgressFile } from '#labs/runner/progress';
import { Workspace } from '#labs/runner/workspace';
import { WIRE_NAMES } from '#protocol/wires';
import { type Finished, LAUNCHER, Program } from '../programs/program.ts';
import { Typing } from './typing.ts';
import { interrupted, printed } from './waiting.ts';

const FREE_PORTS = Object.fromEntries(
  [...WIRE_NAMES, 'web'].map((name) => [`WIREGLASS_PORTS_${name.toUpperCase().replace('+', '_')}`, '0']),
);

export class Desk {
  /** Commands are typed here. What a text calls `labs/workspace` and `data` is in it. */
  readonly folder: string;
  readonly #workspace: Workspace;
  #bench: { readonly args: string; readonly program: Program } | undefined;
  #typing: Typing | undefined;
  #solved = false;
  #judged = false;

  static async open(): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), 'wireglass desk ')));
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.#workspace = new Workspace(join(folder, 'labs', 'workspace'), ROOT);
  }

  async close(): Promise<void> {
    await this.#typing?.close();
    await this.endWorkbench();
    await rm(this.folder, { recursive: true });
  }

  /** The learner comes to this lab: every lab before it has been passed, and nothing of it has been done. */
  async begin(lesson: Lesson): Promise<void> {
    this.#solved = false;
    this.#judged = false;
    await this.#typing?.close();
    this.#typing = undefined;
    await rm(this.#workspace.folder, { recursive: true, force: true });
    const progress = new ProgressFile(this.#workspace.folder);
    for (const earlier of LESSONS.slice(0, LESSONS.indexOf(lesson))) {
      const { file } = await this.#workspace.start(earlier, 'ts');
      await this.#workspace.write(file, await this.#workspace.solution(earlier));
      await progress.note(earlier, () => ({ started: 1, passed: 1 }));
    }
  }

  /** `wireglass` with these arguments, until it ends. `input` is what is piped into it. */
  async run(args: readonly string[], input = ''): Promise<Finished> {
    const program = this.start(args);
    program.child.stdin.end(input);
    return program.finished;
  }

  /** `wireglass` with these arguments, still running. */
  start(args: readonly string[]): Program {
    const env = {
      WIREGLASS_WORKSPACE: this.#workspace.folder,
      WIREGLASS_LOGINS: join(this.folder, 'no-logins.json'),
      NO_COLOR: '1',
      ...FREE_PORTS,
    };
    return new Program(args, env, LAUNCHER, this.folder);
  }

  /** Another program, until it ends. `input` is piped into it; its end comes once `until` has been printed. */
  async runOther(path: string, args: readonly string[], input = '', until?: RegExp): Promise<Finished> {
    const child = spawn(path, args, { cwd: this.folder });
    let [stdout, stderr] = ['', ''];
    const look = (): void => {
      if (until === undefined || until.test(stdout)) child.stdin.end();
    };
    child.stdin.on('error', () => undefined).write(input);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    look();
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, stdout, stderr };
  }

  /** The chat in a terminal. The first one to ask says on which wire it begins. */
  async typing(wire: string): Promise<Typing> {
    await this.addresses();
    this.#typing ??= new Typing(this, wire);
    return this.#typing;
  }

  /** The learner's file becomes our solution, by the command that does this. */
  async solve({ name }: Lesson): Promise<void> {
    if (this.#solved) return;
    const solved = await this.run(['lab', 'solve', name, '--yes']);
    expect(solved).toMatchObject({ code: 0, stderr: '' });
    expect(solved.stdout).toContain(`labs/workspace/${name}.ts is our solution now.`);
    this.#solved = true;
  }

  /** The verdict about the learner's solved file, which must be good. */
  async pass(lesson: Lesson): Promise<string> {
    await this.solve(lesson);
    const { code, stdout } = await this.run(['lab', 'check', lesson.name]);
    expect(stdout).toContain(
      `${lesson.name}: ${lesson.checks.length} of ${lesson.checks.length} checks passed`,
    );
    expect(code).toBe(0);
    this.#judged = true;
    return stdout;
  }

  async passOnce(lesson: Lesson): Promise<void> {
    if (!this.#judged) await this.pass(lesson);
  }

  /** What a workbench says when it is started with these arguments. The one that ran before is ended. */
  async workbench(args: readonly string[]): Promise<string> {
    await this.endWorkbench();
    const program = this.start(args);
    this.#bench = { args: args.join(' '), program };
    return printed(program, /^Open +http/m);
  }

  /** The same, unless it runs already. */
  async sharedWorkbench(args: readonly string[]): Promise<void> {
    if (this.#bench?.args !== args.join(' ')) await this.workbench(args);
  }

  /** The running workbench, whichever it is; without one, an ordinary one is started. */
  async addresses(): Promise<Addresses> {
    if (!this.#bench) await this.workbench(['serve']);
    const addresses = await readAddresses(join(this.folder, 'data'));
    if (!addresses) throw new Error('the workbench has left no addresses');
    return addresses;
  }

  async endWorkbench(): Promise<void> {
    const bench = this.#bench;
    this.#bench = undefined;
    if (bench) await interrupted(bench.program);
  }
}
