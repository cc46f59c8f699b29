/** A reader at work: a folder of their own, and the programs that they start in it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Addresses, readAddresses } from '#data-folder/addresses';
import { WIRE_NAMES } from '#protocol/wires';
import { LAUNCHER } from '#data-folder/project';
import { type Finished, Program } from '../programs/program.ts';
import { Typing } from './typing.ts';
import { interrupted, printed } from './waiting.ts';

const FREE_PORTS = Object.fromEntries(
  [...WIRE_NAMES, 'web'].map((name) => [`WIREGLASS_PORTS_${name.toUpperCase().replace('+', '_')}`, '0']),
);

export class Desk {
  /** Commands are typed here. What a text calls `labs/workspace` and `data` is in it. */
  readonly folder: string;
  #bench: { readonly args: string; readonly program: Program } | undefined;
  #typing: Typing | undefined;

  static async open(): Promise<Desk> {
    return new Desk(await Desk.newFolder());
  }

  protected static newFolder(): Promise<string> {
    return mkdtemp(join(tmpdir(), 'wireglass desk '));
  }

  protected constructor(folder: string) {
    this.folder = folder;
  }

  /** Where the learner's files are. */
  get workspace(): string {
    return join(this.folder, 'labs', 'workspace');
  }

  async close(): Promise<void> {
    await this.endTyping();
    await this.endWorkbench();
    await rm(this.folder, { recursive: true });
  }

  /** `wireglass` with these arguments, until it ends. `input` is what is piped into it. */
  async run(
    args: readonly string[],
    input = '',
    more: Readonly<Record<string, string>> = {},
  ): Promise<Finished> {
    const program = this.start(args, more);
    program.child.stdin.end(input);
    return program.finished;
  }

  /** `wireglass` with these arguments, still running; `more` is added to its environment. */
  start(args: readonly string[], more: Readonly<Record<string, string>> = {}): Program {
    const env = {
      WIREGLASS_WORKSPACE: this.workspace,
      WIREGLASS_LOGINS: join(this.folder, 'no-logins.json'),
      NO_COLOR: '1',
      ...FREE_PORTS,
      ...more,
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

  async endTyping(): Promise<void> {
    const typing = this.#typing;
    this.#typing = undefined;
    await typing?.close();
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

  /** Resolves with what the running workbench has said, once this is in it. */
  async says(wanted: RegExp): Promise<string> {
    if (!this.#bench) throw new Error('no workbench is running');
    return printed(this.#bench.program, wanted);
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
