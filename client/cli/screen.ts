/** A terminal with an input line at the bottom that survives what is printed above it. */
import {
  type Completer,
  type Interface,
  clearScreenDown,
  createInterface,
  cursorTo,
  moveCursor,
} from 'node:readline';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

interface Question {
  readonly text: string;
  readonly secret: boolean;
  readonly resolve: (answer: string | undefined) => void;
}

export interface ScreenOptions {
  readonly completer: Completer;
  /** Whether a line must not be kept in the input history. */
  readonly forget: (line: string) => boolean;
}

export class Screen {
  readonly #input: Interface;
  readonly #output = new Terminal();
  #prompt = '';
  #question: Question | undefined;
  #closed = false;

  constructor({ completer, forget }: ScreenOptions) {
    this.#input = createInterface({
      input: process.stdin,
      output: this.#output,
      terminal: true,
      completer: (line: string) => (this.#question ? [[], line] : completer(line)),
      historySize: 500,
      removeHistoryDuplicates: true,
    });
    this.#input.on('close', () => this.#end());
    this.#input.on('history', (history: string[]) => {
      // Answers must not be visible later, and some lines contain a secret that should not have been typed.
      if (this.#question) history.shift();
      else if (forget(history[0] ?? '')) history.shift();
    });
  }

  /** Calls `listener` with every line that is not the answer to a question. */
  onLine(listener: (line: string) => void): void {
    this.#input.on('line', (line) => {
      if (this.#question) this.#answer(line);
      else listener(line);
    });
  }

  /** Ctrl-C and Ctrl-D; while a question is asked, Ctrl-C only cancels the question. */
  onLeave(listener: () => void): void {
    this.#input.on('SIGINT', () => {
      if (this.#question) this.#answer(undefined);
      else listener();
    });
    this.#input.on('close', listener);
  }

  /** Calls `listener` with the line so far when something is typed, except for answers to questions. */
  onTyping(listener: (line: string) => void): void {
    process.stdin.on('keypress', () => {
      if (!this.#question && !this.#closed) listener(this.#input.line);
    });
  }

  /** Shows the prompt, followed by what has been typed. */
  prompt(text: string): void {
    if (text === this.#prompt && !this.#question) return this.#draw();
    this.#prompt = text;
    if (!this.#question) this.#draw();
  }

  /** Removes the line that was just entered from the screen, if it certainly took only one row. */
  eraseEntered(line: string): void {
    const shown = stripVTControlCharacters(this.#prompt) + line;
    if (this.#closed || shown.length >= this.#output.columns || /[^\x20-\x7e\u00a0-\u02ff›]/.test(shown))
      return;
    moveCursor(this.#output, 0, -1);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }

  /** Asks a question. `undefined` when it was cancelled. A `secret` answer is not shown while it is typed. */
  ask(text: string, { secret = false }: { readonly secret?: boolean } = {}): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#question = { text, secret, resolve };
      this.#clearInput();
      this.#draw();
    });
  }

  /** Prints a line above the input, which may have grown over several rows of the terminal. */
  print(line: string): void {
    if (this.#closed) return void process.stdout.write(`${line}\n`);
    this.#clearInput();
    this.#output.show(`${line}\n`);
    this.#draw();
  }

  close(): void {
    if (this.#closed) return;
    this.#input.removeAllListeners('close');
    this.#clearInput();
    this.#end();
    this.#input.close();
  }

  #answer(line: string | undefined): void {
    const question = this.#question;
    this.#output.muted = false;
    if (question?.secret || line === undefined) this.#output.show('\n');
    // The typed part of a cancelled answer must not remain in the next line.
    if (line === undefined) this.#input.write(null, { ctrl: true, name: 'u' });
    this.#question = undefined;
    question?.resolve(line);
    this.#draw();
  }

  #draw(): void {
    if (this.#closed) return;
    this.#input.setPrompt(this.#question?.text ?? this.#prompt);
    if (!this.#question?.secret) return this.#input.prompt(true);
    this.#output.show(this.#question.text);
    this.#output.muted = true;
  }

  #clearInput(): void {
    this.#output.muted = false;
    cursorTo(this.#output, 0);
    if (!this.#question?.secret) moveCursor(this.#output, 0, -this.#input.getCursorPos().rows);
    clearScreenDown(this.#output);
    // readline moves up by this many rows before it redraws the input, and does not count the rows just cleared.
    (this.#input as Interface & { prevRows: number }).prevRows = 0;
  }

  #end(): void {
    this.#closed = true;
    this.#output.muted = false;
    this.#question?.resolve(undefined);
    this.#question = undefined;
  }
}

/** Standard output, which can be muted so that it swallows what readline echoes. */
class Terminal extends Writable {
  muted = false;

  constructor() {
    super({ decodeStrings: false });
    process.stdout.on('resize', () => this.emit('resize'));
  }

  get columns(): number {
    return process.stdout.columns;
  }

  get rows(): number {
    return process.stdout.rows;
  }

  /** Writes even when muted. */
  show(text: string): void {
    process.stdout.write(text);
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.muted) process.stdout.write(chunk);
    done();
  }
}
