/** Tries passwords and looks at the answers byte by byte. */
import { type DialOptions, dial } from '#client/connect/dial';
import type { WireSocket } from '#client/connect/wire-socket';
import { showUtf8 } from '#protocol/bytes';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { type Client, type ServerMessage, encodeMessage } from '#protocol/messages';

export interface Guessed {
  /** The answer as it came, except for the ref. */
  readonly reply: string;
  readonly code: string;
  /** Milliseconds. */
  readonly took: number;
}

export class Guesser {
  readonly #socket: WireSocket;
  readonly #decoder = new FrameDecoder();
  #ref = 0;
  #answered: ((payload: string) => void) | undefined;

  static async dial(options: DialOptions): Promise<Guesser> {
    return new Guesser((await dial(options)).socket);
  }

  constructor(socket: WireSocket) {
    this.#socket = socket;
    socket.receive({
      data: (plain) => {
        this.#decoder.push(plain);
        for (let payload = this.#decoder.next(); payload; payload = this.#decoder.next())
          this.#heard(showUtf8(payload));
      },
      drain: () => undefined,
      end: () => this.#answered?.(''),
    });
  }

  /** Told to wait, it waits, and tries again. */
  async guess(name: string, more: Partial<Client<'login'>> = {}): Promise<Guessed> {
    for (;;) {
      const { retryAfter, ...guessed } = await this.try(name, more);
      if (retryAfter === undefined) return guessed;
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1_000));
    }
  }

  /** One try. */
  async try(
    name: string,
    more: Partial<Client<'login'>> = {},
  ): Promise<Guessed & { readonly retryAfter?: number }> {
    const ref = `ref-${String((this.#ref += 1)).padStart(8, '0')}`;
    const answer = new Promise<string>((resolve) => (this.#answered = resolve));
    const begin = performance.now();
    const password = 'not the right one';
    this.#socket.send(encodeFrame(encodeMessage({ type: 'login', name, password, ...more, ref })));
    const reply = await answer;
    const took = performance.now() - begin;
    if (!reply.includes(`"${ref}"`)) throw new Error(`not an answer to ${ref}: ${reply || 'the end'}`);
    const message = JSON.parse(reply) as ServerMessage;
    const code = 'code' in message ? message.code : message.type;
    const wait = 'retry_after' in message ? message.retry_after : undefined;
    return { reply: reply.replace(ref, 'REF'), code, took, ...(wait !== undefined && { retryAfter: wait }) };
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }

  #heard(payload: string): void {
    if (payload.includes('"ref"')) this.#answered?.(payload);
  }
}
