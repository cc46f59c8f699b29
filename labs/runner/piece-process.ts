/** A learner's piece in a process of its own: started, asked, limited and ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { PieceObject } from '#judge/piece';
import { PieceLine } from '#judge/piece-line';
import { type Confinement, confine } from './confinement.ts';
import { type FromProcess, type ToProcess, fromText, toText } from './messages.ts';
import type { Printed } from './printed.ts';

export const PIECE_LIMITS = {
  /** Bytes. */
  memory: 256 * (1 << 20),
  /** Bytes that Node itself takes before any code of a learner's runs, with room for its garbage. */
  ofNode: 128 * (1 << 20),
} as const;

/** Milliseconds between two looks at the memory. */
const LOOK_EVERY = 50;

export interface PieceOptions {
  /** The script of `child.ts`, bundled. */
  readonly script: string;
  readonly code: string;
  readonly exports: readonly string[];
  readonly modules: readonly string[];
  /** The project's folder. */
  readonly root: string;
  readonly network: boolean;
  readonly sandbox: boolean;
  /** Milliseconds that the process may owe answers, all together. */
  readonly time: number;
  /** Takes what the piece prints. */
  readonly printed: Printed;
  readonly onTrespass: (what: string) => void;
}

export interface RunningPiece {
  readonly module: PieceObject;
  readonly tools: PieceObject;
  readonly confinement: Confinement;
  /** Resolves when the process is gone. */
  end(): Promise<void>;
}

/** Rejects with `PieceLost` when the piece cannot be loaded. */
export async function startPiece(options: PieceOptions): Promise<RunningPiece> {
  const piece = new PieceProcess(options);
  try {
    await piece.line.loaded();
  } catch (error) {
    await piece.end();
    throw error;
  }
  const { confinement, line } = piece;
  return { module: line.module, tools: line.tools, confinement, end: () => piece.end() };
}

class PieceProcess {
  readonly confinement: Confinement;
  readonly line: PieceLine;
  readonly #options: PieceOptions;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #watch: NodeJS.Timeout;

  constructor(options: PieceOptions) {
    this.#options = options;
    const { script, root, network, sandbox, modules, printed } = options;
    const addons = modules.some((name) => !name.startsWith('node:'));
    const { command, args, confinement } = confine({
      root,
      network,
      addons,
      sandbox,
      memory: PIECE_LIMITS.memory,
    });
    this.confinement = confinement;
    this.line = new PieceLine({
      ...options,
      send: (message) => this.#send(message),
      onLost: () => this.#stop(),
    });
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      // Nothing of the caller's environment: it may hold secrets.
      env: { PATH: process.env['PATH'] ?? '', ...windowsNeeds() },
      windowsHide: true,
    });
    this.#gone = new Promise((resolve) => this.#child.once('close', () => resolve()));
    printed.take(this.#child.stdout, this.#child.stderr);
    this.#child.on('message', (message: FromProcess) => this.#heard(fromText(message)));
    this.#child.once('error', (error) =>
      this.line.lose('ended', `it could not be started: ${error.message}`),
    );
    this.#child.once('exit', (code, signal) => this.#exited(code, signal));
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(script);
    this.#watch = setInterval(() => void this.#look(), LOOK_EVERY);
  }

  async end(): Promise<void> {
    this.line.lose('ended', 'the judge has ended it');
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  #send(message: ToProcess): void {
    // The end of the process is noticed by itself.
    if (this.#child.connected) this.#child.send(toText(message), () => undefined);
  }

  #heard(message: FromProcess): void {
    if (message.kind === 'memory') return this.#tooLarge();
    if (message.kind !== 'ready') return this.line.hear(message);
    const { code, modules } = this.#options;
    this.#send({ kind: 'load', code, modules, memory: PIECE_LIMITS.memory + PIECE_LIMITS.ofNode });
  }

  async #look(): Promise<void> {
    this.line.passed(LOOK_EVERY);
    const { pid } = this.#child;
    if (pid !== undefined && (await residentBytes(pid)) > PIECE_LIMITS.memory + PIECE_LIMITS.ofNode)
      this.#tooLarge();
  }

  #tooLarge(): void {
    this.line.lose('memory', `the code used more than its ${PIECE_LIMITS.memory >> 20} MB of memory`);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    // 134: V8 aborts when it cannot give any more memory; a shell's way of saying SIGABRT.
    if (code === 134 || signal === 'SIGABRT') return this.#tooLarge();
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    this.line.lose('ended', `the code ended its own process (${how}) before the check was over`);
  }

  #stop(): void {
    clearInterval(this.#watch);
    this.#child.kill('SIGKILL');
  }
}

/** Without these, sockets do not work on Windows. */
function windowsNeeds(): NodeJS.ProcessEnv {
  const { SystemRoot } = process.env;
  return SystemRoot === undefined ? {} : { SystemRoot };
}

/**
 * Memory in use by a process and those that it started (bubblewrap starts Node), in bytes. 0 where there is no /proc: there
 * the process looks after each call by itself.
 */
async function residentBytes(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const [status, children] = await Promise.all([read('status'), read(`task/${pid}/children`)]);
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  const others = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(residentBytes));
  return others.reduce((sum, each) => sum + each, own);
}
