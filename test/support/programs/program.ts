/** The real program, `wireglass`, as a child process. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseKeyFile } from '#channel/psk/keys';
import type { Target } from '#client/connect/supervisor';
import { LAUNCHER } from '#data-folder/project';
import { WIRE_NAMES, type WireName } from '#protocol/wires';

export interface Ready {
  readonly pid: number;
  readonly url: string;
  /** By which others reach this machine. */
  readonly hosts: readonly string[];
  /** Opens the console, once. */
  readonly console: string;
  readonly web: { readonly host: string; readonly port: number };
  readonly wires: readonly {
    readonly wire: WireName;
    readonly host: string;
    readonly port: number;
    readonly server: { readonly host: string; readonly port: number };
    readonly tapped: boolean;
  }[];
  readonly data: string;
  readonly ca: string;
  readonly pskFile: string;
  readonly weakSuites: readonly string[];
  readonly weakSuitesOnLan: boolean;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';

  /** `launcher` is that of another copy of the project, `cwd` the folder in which it is started. */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    launcher: string = LAUNCHER,
    cwd: string = process.cwd(),
  ) {
    this.child = spawn(process.execPath, [launcher, ...args], { cwd, env: { ...process.env, ...env } });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.finished = once(this.child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The first line on standard output. Rejects, with what it said, when the program ends without one. */
  async line(): Promise<string> {
    const first = once(createInterface(this.child.stdout), 'line').then(([line]) => line as string);
    const gone = this.finished.then(({ code, stderr }) => {
      throw new Error(`wireglass ended with ${String(code)}: ${stderr}`);
    });
    return Promise.race([first, gone]);
  }
}

/** Options of `serve` for a test that asks more of it than any person would. */
export const UNBOUNDED_RATES = [
  '--config',
  fileURLToPath(new URL('./unbounded-rates.config.json', import.meta.url)),
] as const;

/** `wireglass serve` on free ports, ready. */
export function startServe(data: string, ...more: string[]): Promise<{ program: Program; ready: Ready }> {
  return startServeIn({}, data, ...more);
}

/** The same, with these variables in its environment. */
export async function startServeIn(
  env: Readonly<Record<string, string>>,
  data: string,
  ...more: string[]
): Promise<{ program: Program; ready: Ready }> {
  const free = ['web', ...WIRE_NAMES].flatMap((name) => [`--${name.replaceAll('+', '-')}`, '0']);
  const program = new Program(['serve', '--data', data, ...free, '--json', ...more], env);
  return { program, ready: JSON.parse(await program.line()) as Ready };
}

/** What a client needs to reach this wire of a workbench that is ready. */
export async function targetOf({ wires, ca, pskFile }: Ready, wire: WireName): Promise<Target> {
  const row = wires.find((candidate) => candidate.wire === wire);
  if (!row) throw new Error(`there is no ${wire} wire`);
  const { host, port } = row;
  return {
    wire,
    host,
    port,
    ca: await readFile(ca, 'utf8'),
    keys: parseKeyFile(await readFile(pskFile, 'utf8')),
  };
}
