/** A learner's piece in a process of its own: started, asked, limited and ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import {
  type JudgeFunction,
  type LossReason,
  PieceLost,
  type PieceObject,
  type Transport,
  answerCallback,
  moduleOver,
  toolsOver,
} from '#judge/piece';
import { missingExports } from '#judge/exports';
import { thrownOf } from '#judge/host';
import type { Answer, Callback, Request, Thrown } from '#judge/values';
import { type Confinement, confine } from './confinement.ts';
import { type FromPiece, type ToPiece, fromText, toText } from './messages.ts';
import type { Printed } from './printed.ts';

export const LIMITS = {
  /** Milliseconds. */
  time: 10_000,
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
    await piece.load();
  } catch (error) {
    await piece.end();
    throw error;
  }
  const { confinement } = piece;
  const [module, tools] = [moduleOver(piece, options.exports), toolsOver(piece)];
  return { module, tools, confinement, end: () => piece.end() };
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: PieceLost) => void;
}

class PieceProcess implements Transport {
  readonly confinement: Confinement;
  readonly #options: PieceOptions;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #callbacks: JudgeFunction[] = [];
  readonly #watch: NodeJS.Timeout;
  #loading: { resolve: () => void; reject: (error: PieceLost) => void } | undefined;
  #lost: PieceLost | undefined;
  #lastId = 0;
  /** Milliseconds in which answers were owed. */
  #owed = 0;
  /** Functions of the judge's that the piece has called and that have not returned. */
  #calledBack = 0;

  constructor(options: PieceOptions) {
    this.#options = options;
    const { script, root, network, sandbox, modules, printed } = options;
    const addons = modules.some((name) => !name.startsWith('node:'));
    const { command, args, confinement } = confine({ root, network, addons, sandbox, memory: LIMITS.memory });
    this.confinement = confinement;
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      // Nothing of the caller's environment: it may hold secrets.
      env: { PATH: process.env['PATH'] ?? '', ...windowsNeeds() },
      windowsHide: true,
    });
    this.#gone = new Promise((resolve) => this.#child.once('close', () => resolve()));
    printed.take(this.#child.stdout, this.#child.stderr);
    this.#child.on('message', (message: FromPiece) => this.#heard(fromText(message)));
    this.#child.once('error', (error) => this.#lose('ended', `it could not be started: ${error.message}`));
    this.#child.once('exit', (code, signal) => this.#exited(code, signal));
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(script);
    this.#watch = setInterval(() => void this.#look(), LOOK_EVERY);
  }

  load(): Promise<void> {
    return new Promise((resolve, reject) => (this.#loading = { resolve, reject }));
  }

  request(request: Omit<Request, 'id'>): Promise<Answer> {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ kind: 'request', request: { ...request, id } as Request });
    });
  }

  keep(callback: JudgeFunction): number {
    return this.#callbacks.push(callback) - 1;
  }

  async end(): Promise<void> {
    this.#lose('ended', 'the judge has ended it');
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  #send(message: ToPiece): void {
    // The end of the process is noticed by itself.
    if (this.#child.connected) this.#child.send(toText(message), () => undefined);
  }

  #heard(message: FromPiece): void {
    switch (message.kind) {
      case 'ready': {
        const { code, modules } = this.#options;
        return this.#send({ kind: 'load', code, modules, memory: LIMITS.memory + LIMITS.ofNode });
      }
      case 'loaded':
        return this.#loaded(message.exports);
      case 'not loaded':
        return this.#lose(
          'not loaded',
          `the file cannot be loaded: ${message.thrown.name}: ${message.thrown.message}`,
          message.thrown,
        );
      case 'answer':
        this.#waiting.get(message.answer.id)?.resolve(message.answer);
        return void this.#waiting.delete(message.answer.id);
      case 'callback':
        return void this.#callBack(message.callback);
      case 'trespass':
        return this.#options.onTrespass(message.what);
      case 'memory':
        return this.#tooLarge();
    }
  }

  #loaded(exports: readonly string[]): void {
    const missing = missingExports(this.#options.exports, exports);
    if (missing !== undefined) return this.#lose('not loaded', missing);
    this.#loading?.resolve();
    this.#loading = undefined;
  }

  async #callBack({ id, callback, args }: Callback): Promise<void> {
    const run = this.#callbacks[callback];
    if (!run) return;
    this.#calledBack += 1;
    try {
      this.#send({ kind: 'called back', answer: { id, ok: await answerCallback(run, args) } });
    } catch (error) {
      this.#send({ kind: 'called back', answer: { id, thrown: thrownOf(error) } });
    } finally {
      this.#calledBack -= 1;
    }
  }

  async #look(): Promise<void> {
    // While the judge works for it, the piece owes nothing.
    if (this.#calledBack === 0 && (this.#loading ?? this.#waiting.size > 0)) this.#owed += LOOK_EVERY;
    const { time } = this.#options;
    if (this.#owed > time)
      return this.#lose('hung', `the code gave no answer within ${time / 1000} s: an endless loop?`);
    const { pid } = this.#child;
    if (pid !== undefined && (await residentBytes(pid)) > LIMITS.memory + LIMITS.ofNode) this.#tooLarge();
  }

  #tooLarge(): void {
    this.#lose('memory', `the code used more than its ${LIMITS.memory >> 20} MB of memory`);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    // 134: V8 aborts when it cannot give any more memory; a shell's way of saying SIGABRT.
    if (code === 134 || signal === 'SIGABRT') return this.#tooLarge();
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    this.#lose('ended', `the code ended its own process (${how}) before the check was over`);
  }

  #lose(reason: LossReason, message: string, thrown?: Thrown): void {
    if (this.#lost) return;
    this.#lost = new PieceLost(reason, message, thrown);
    clearInterval(this.#watch);
    this.#child.kill('SIGKILL');
    this.#loading?.reject(this.#lost);
    this.#loading = undefined;
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
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
