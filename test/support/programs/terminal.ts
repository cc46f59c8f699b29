/** The real program in a pseudo-terminal (`in_terminal.py`): what a person would type, and what the terminal shows of it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { LAUNCHER } from '#data-folder/project';

const SCRIPT = fileURLToPath(new URL('./in_terminal.py', import.meta.url));
const ROWS = 40;
const COLUMNS = 120;

export const KEYS = { enter: '\r', tab: '\t', ctrlC: '\x03', ctrlD: '\x04', ctrlU: '\x15' } as const;

/** How the program ended, and the modes of the terminal (termios) before it began and after that. */
export interface TerminalEnd {
  readonly code: number | null;
  readonly signal: number | null;
  readonly modesBefore: readonly number[];
  readonly modesAfter: readonly number[];
}

export class Terminal {
  readonly ended: Promise<TerminalEnd>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<() => void>();
  #raw = '';
  #stderr = '';
  #over = false;

  /** `python3` runs the terminal; colours are asked for by nothing but the terminal itself. */
  constructor(python3: string, args: readonly string[]) {
    const env = { ...process.env, TERM: 'xterm-256color' };
    for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR']) delete (env as NodeJS.ProcessEnv)[name];
    const command = [process.execPath, LAUNCHER, ...args];
    this.#child = spawn(python3, [SCRIPT, String(ROWS), String(COLUMNS), ...command], { env });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#raw += text;
      this.#look();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('close', () => {
        this.#over = true;
        this.#look();
        try {
          resolve(JSON.parse(this.#stderr) as TerminalEnd);
        } catch (error) {
          reject(new Error(`the terminal itself failed: ${this.#stderr}`, { cause: error }));
        }
      });
    });
    this.ended.catch(() => undefined);
  }

  /** Everything that the terminal was sent so far. */
  get raw(): string {
    return this.#raw;
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /**
   * Types a line, once `wanted` (text without colours) has been shown since `from`, a place in `raw`. Resolves with
   * the place at which the line was typed.
   */
  async answer(wanted: string | RegExp, line: string, from = 0): Promise<number> {
    await this.shown(wanted, from);
    const place = this.#raw.length;
    this.type(line + KEYS.enter);
    return place;
  }

  /** Resolves with what was shown since `from` (a place in `raw`), without colours, once `wanted` is in it. */
  shown(wanted: string | RegExp, from = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const text = stripVTControlCharacters(this.#raw.slice(from));
        const found = typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
        if (!found && !this.#over) return;
        this.#waiting.delete(look);
        if (found) resolve(text);
        else reject(new Error(`it ended without showing ${String(wanted)}: ${text}${this.#stderr}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Asks the program to end by SIGTERM. */
  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  async stop(): Promise<void> {
    if (this.#over) return;
    this.#child.kill('SIGKILL');
    await new Promise((resolve) => this.#child.once('close', resolve));
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}
