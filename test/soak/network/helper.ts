/** The soak's end of a program on another host: asks, and waits for the answer. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Interface, createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Order } from './contract.ts';
import type { Host, Lan } from './lan.ts';

const SCRIPT = fileURLToPath(new URL('./host.ts', import.meta.url));

export class Helper {
  readonly host: Host;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  constructor(lan: Lan, host: Host) {
    this.host = host;
    this.#child = lan.spawn(host, process.execPath, ['--import', 'tsx', SCRIPT]);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    const lines: Interface = createInterface(this.#child.stdout);
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async ask<T extends object>(order: Order): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the program on ${this.host.name} is gone: ${this.#stderr}`);
    const answer = JSON.parse(value) as T | { readonly failed: string };
    if ('failed' in answer) throw new Error(`${this.host.name}: ${answer.failed}`);
    return answer;
  }
}
