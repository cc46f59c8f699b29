/** Finds the request that an answer of the server belongs to, and passes the answer on. */
import { RemoteProtocolError } from '#protocol/errors';
import { rowOf } from '#protocol/messages';
import { type AskType, type ReplyTo, isSignal } from './asks.ts';
import type { Command, CommandQueue, Request } from './commands.ts';
import type { Answer, Refusal, SessionEvent } from './events.ts';

export class RequestMatcher {
  readonly #commands: CommandQueue;
  readonly #emit: (event: SessionEvent) => void;

  constructor(commands: CommandQueue, emit: (event: SessionEvent) => void) {
    this.#commands = commands;
    this.#emit = emit;
  }

  /** The request of this type (about this room). An answer without a request is an error of the server. */
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

  /** Passes on the answer to a request that was made with `ask`. Returns that request. */
  reply(reply: ReplyTo<AskType>): Command {
    const command = this.byRef(reply);
    if (!rowOf(command.message.type).answers.includes(reply.type))
      throw unexpected(`an answer to ${command.message.type}`, reply.type);
    this.give(command, { kind: 'reply', reply });
    return command;
  }

  /** Refuses requests that will not be carried out, as far as this side knows. */
  refuse(commands: readonly Command[], refusal: Refusal): void {
    for (const { key, message, internal } of commands) {
      if (!internal && !isSignal(message.type)) this.#emit({ type: 'refused', key, refusal });
    }
  }
}

export function unexpected(expected: string, got: string): RemoteProtocolError {
  return new RemoteProtocolError('bad_message', { expected, got });
}
