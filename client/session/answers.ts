/** Which request an answer of the server belongs to, and how its asker hears of it. */
import { RemoteProtocolError } from '#wire/errors';
import { type AskType, type ReplyTo, askRow, isSignal } from './asks.ts';
import type { Command, CommandQueue, Request } from './commands.ts';
import type { Answer, Refusal, SessionEvent } from './events.ts';

export class Answers {
  readonly #commands: CommandQueue;
  readonly #emit: (event: SessionEvent) => void;

  constructor(commands: CommandQueue, emit: (event: SessionEvent) => void) {
    this.#commands = commands;
    this.#emit = emit;
  }

  /** The request of this type (about this room). An answer without a question is a fault of the server. */
  asked(type: Request['type'], room?: string): Command {
    const command = this.#commands.asked(type, room);
    if (command) return command;
    throw unexpected('answers to requests only', `${type} ${(room ?? '').slice(0, 40)}`.trim());
  }

  /** The request whose ref the answer repeats. */
  byRef({ ref, type }: { readonly ref?: string | undefined; readonly type: string }): Command {
    const command = ref === undefined ? undefined : this.#commands.byRef(ref);
    if (command) return command;
    throw unexpected('the ref of a request under way', `${type} ${ref ?? ''}`.trim());
  }

  give(command: Command, answer: Answer): void {
    this.#commands.settle(command);
    if (!command.internal) this.#emit({ type: 'answer', key: command.key, answer });
  }

  /** Passes on what answers a request of the table of those with a ref. Gives that request back. */
  reply(reply: ReplyTo<AskType>): Command {
    const command = this.byRef(reply);
    if (!askRow(command.message.type)?.answers.includes(reply.type))
      throw unexpected(`an answer to ${command.message.type}`, reply.type);
    this.give(command, { kind: 'reply', reply });
    return command;
  }

  /** These requests will not be carried out, as far as anyone here knows. */
  refuse(commands: readonly Command[], refusal: Refusal): void {
    for (const { key, message, internal } of commands) {
      if (!internal && !isSignal(message.type)) this.#emit({ type: 'refused', key, refusal });
    }
  }
}

export function unexpected(expected: string, got: string): RemoteProtocolError {
  return new RemoteProtocolError('bad_message', { expected, got });
}
