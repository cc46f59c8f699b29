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
  /** Lines that are not kept for the arrow keys. */
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
      // Answers are nobody's business later, and some lines hold what should not have been typed.
      if (this.#question) history.shift();
      else if (forget(history[0] ?? '')) history.shift();
    });
  }

  /** Lines that are no answers to a question. */
  onLine(listener: (line: string) => void): void {
    this.#input.on('line', (line) => {
      if (this.#question) this.#answer(line);
      else listener(line);
    });
  }

  /** Ctrl-C and Ctrl-D; while a question is asked, Ctrl-C takes back only that. */
  onLeave(listener: () => void): void {
    this.#input.on('SIGINT', () => {
      if (this.#question) this.#answer(undefined);
      else listener();
    });
    this.#input.on('close', listener);
  }

  /** Something is being typed: the line so far. Answers to questions are not shown to anyone. */
  onTyping(listener: (line: string) => void): void {
    process.stdin.on('keypress', () => {
      if (!this.#question && !this.#closed) listener(this.#input.line);
    });
  }

  /** Shows the prompt, with what is typed behind it. */
  prompt(text: string): void {
    if (text === this.#prompt && !this.#question) return this.#draw();
    this.#prompt = text;
    if (!this.#question) this.#draw();
  }

  /** Takes the line that was just entered off the screen, where it stood in one row for certain. */
  eraseEntered(line: string): void {
    const shown = stripVTControlCharacters(this.#prompt) + line;
    if (this.#closed || shown.length >= this.#output.columns || /[^\x20-\x7e\u00a0-\u02ff›]/.test(shown))
      return;
    moveCursor(this.#output, 0, -1);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }

  /** Asks for a line of its own. `undefined` when that was called off. What is typed does not show where it is `secret`. */
  ask(text: string, { secret = false }: { readonly secret?: boolean } = {}): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#question = { text, secret, resolve };
      this.#clearInput();
      this.#draw();
    });
  }

  /** Puts a line above the input. What is typed may have grown over several rows of the terminal. */
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
    // What was typed of an answer that was called off must not stand in the next line.
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
    // readline goes up by this many rows before it draws the input again, and does not count rows that were typed.
    (this.#input as Interface & { prevRows: number }).prevRows = 0;
  }

  #end(): void {
    this.#closed = true;
    this.#output.muted = false;
    this.#question?.resolve(undefined);
    this.#question = undefined;
  }
}

/** Standard output, which can be told to swallow what readline echoes. */
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

  /** Past the mute. */
  show(text: string): void {
    process.stdout.write(text);
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.muted) process.stdout.write(chunk);
    done();
  }
}
