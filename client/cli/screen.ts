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
    this.#clearInput();
    this.#output.write(`${line}\n`);
    this.#input.prompt(true);
  }

  close(): void {
    if (this.#closed) return;
    this.#input.removeAllListeners('close');
    this.#closed = true;
    this.#clearInput();
    this.#input.close();
  }

  #clearInput(): void {
    cursorTo(this.#output, 0);
    moveCursor(this.#output, 0, -this.#input.getCursorPos().rows);
    clearScreenDown(this.#output);
    // readline goes up by this many rows before it draws the input again, and does not count rows that were typed.
    (this.#input as Interface & { prevRows: number }).prevRows = 0;
  }
}
