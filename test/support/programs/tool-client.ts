/** Somebody else's program as a chat client: frames go into its standard input and come out of its standard output. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import {
  type ClientMessage,
  type Server,
  type ServerMessage,
  encodeMessage,
  parseServerMessage,
} from '#protocol/messages';

export class ToolClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #decoder = new FrameDecoder();
  readonly #inbox: ServerMessage[] = [];
  #wake: () => void = () => undefined;
  #ended = false;
  #raw = '';
  #stderr = '';

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args);
    this.#child.stdout.on('data', (data: Buffer) => this.#receive(data));
    this.#child.stderr.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    // A program that is refused goes away without reading what it was given.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Everything it printed, as text. */
  get printed(): string {
    return this.#raw;
  }

  get stderr(): string {
    return this.#stderr;
  }

  say(message: ClientMessage): void {
    this.#child.stdin.write(encodeFrame(encodeMessage(message)));
  }

  /** The next message of this type; those before it are passed over. Rejects when the program ends without one. */
  async hear<T extends ServerMessage['type']>(type: T): Promise<Server<T>> {
    for (;;) {
      const message = this.#inbox.shift();
      if (message?.type === type) return message as Server<T>;
      if (message) continue;
      if (this.#ended) throw new Error(`it ended without ${type}: ${this.#stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves with the exit code. */
  async ended(): Promise<number | null> {
    if (!this.#ended) await once(this.#child, 'close');
    return this.#child.exitCode;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  #receive(data: Buffer): void {
    this.#raw += data.toString();
    this.#decoder.push(data);
    for (let payload = this.#decoder.next(); payload; payload = this.#decoder.next()) {
      this.#inbox.push(parseServerMessage(payload));
    }
    this.#wake();
  }
}
