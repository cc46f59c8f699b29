/** A terminal with an input line at the bottom that survives what is printed above it. */
import {
  type Interface,
  type Completer,
  clearScreenDown,
  createInterface,
  cursorTo,
  moveCursor,
} from 'node:readline';

export class Screen {
  readonly #input: Interface;
  readonly #output = process.stdout;
  #closed = false;

  constructor(completer: Completer) {
    this.#input = createInterface({
      input: process.stdin,
      output: this.#output,
      completer,
      historySize: 500,
      removeHistoryDuplicates: true,
    });
    this.#input.on('close', () => (this.#closed = true));
  }

  onLine(listener: (line: string) => void): void {
    this.#input.on('line', listener);
  }

  /** Ctrl-C and Ctrl-D. */
  onLeave(listener: () => void): void {
    this.#input.on('SIGINT', listener);
    this.#input.on('close', listener);
  }

  /** Shows the prompt, with what is typed behind it. */
  prompt(text: string): void {
    if (this.#closed) return;
    this.#input.setPrompt(text);
    this.#input.prompt(true);
  }

  /** Puts a line above the input. What is typed may have grown over several rows of the terminal. */
  print(line: string): void {
    if (this.#closed) return void this.#output.write(`${line}\n`);
    const { rows } = this.#input.getCursorPos();
    cursorTo(this.#output, 0);
    moveCursor(this.#output, 0, -rows);
    clearScreenDown(this.#output);
    // The refresh that follows goes up by as many rows as the input had, so it needs them below.
    this.#output.write(`${line}\n${'\n'.repeat(rows)}`);
    this.#input.prompt(true);
  }

  close(): void {
    if (this.#closed) return;
    this.#input.removeAllListeners('close');
    this.#closed = true;
    cursorTo(this.#output, 0);
    moveCursor(this.#output, 0, -this.#input.getCursorPos().rows);
    clearScreenDown(this.#output);
    this.#input.close();
  }
}
