/** Requests of the operator that await their answer. The chat answers them like those of any client, by their ref. */
import { randomBytes } from 'node:crypto';
import type { ClientMessage, ServerMessage } from '#protocol/messages';

export class Operations {
  readonly #waiting = new Map<string, (answer: ServerMessage) => void>();

  /** Runs the request under a ref of its own; resolves with the answer that carries this ref. */
  start(request: ClientMessage, run: (request: ClientMessage) => void): Promise<ServerMessage> {
    const ref = `operator-${this.#waiting.size}-${randomBytes(4).toString('hex')}`;
    return new Promise((resolve) => {
      this.#waiting.set(ref, resolve);
      run({ ...request, ref } as ClientMessage);
    });
  }

  answered(answer: ServerMessage): void {
    const ref = 'ref' in answer ? answer.ref : undefined;
    if (ref === undefined) return;
    this.#waiting.get(ref)?.(answer);
    this.#waiting.delete(ref);
  }
}
