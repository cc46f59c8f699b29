/**
 * What happens to a request that the server refuses: the caller is told, it is asked again later, or the connection is
 * useless without it.
 */
import type { Server } from '#protocol/messages';
import type { LoginGate } from './login-gate.ts';
import { isAsk } from './asks.ts';
import type { Command, CommandQueue } from './commands.ts';
import type { Entering } from './entering.ts';
import type { Refusal, SessionEvent } from './events.ts';
import type { IncomingMessages } from './incoming-messages.ts';
import type { Identity } from './identity.ts';
import { refusalOf } from './refusals.ts';
import { isPrivate } from './room.ts';
import type { Rooms } from './rooms.ts';

export interface RefusedParts {
  readonly commands: CommandQueue;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly gate: LoginGate;
  readonly entering: Entering;
  readonly incoming: IncomingMessages;
  readonly emit: (event: SessionEvent) => void;
}

export class RefusedRequests {
  readonly #parts: RefusedParts;
  #busy = false;

  constructor(parts: RefusedParts) {
    this.#parts = parts;
  }

  /** Whether nothing may be sent for now because the server is busy. */
  get busy(): boolean {
    return this.#busy;
  }

  /** The server may be asked again. */
  over(): void {
    this.#busy = false;
  }

  /** An error frame: the end of the connection, the refusal of a request, or an error without a request. */
  error(message: Server<'error'>): void {
    const { commands, identity, emit } = this.#parts;
    const refusal = refusalOf(message);
    if (message.fatal) {
      if (message.code === 'session_revoked' || message.code === 'session_stolen') identity.forgetLogin();
      return emit({ type: 'ending', refusal });
    }
    const command = commands.refused(message);
    if (command) this.refused(command, refusal);
    else emit({ type: 'complaint', refusal });
  }

  refused(command: Command, refusal: Refusal): void {
    const { commands, incoming, emit } = this.#parts;
    const { code } = refusal;
    if (code === 'busy' || (code === 'rate_limited' && !isAsk(command.message.type)))
      return this.#holdBack(command, refusal);
    commands.settle(command);
    if (command.internal) return this.#internalRefused(command, refusal);
    this.#forgetUnentered(command);
    emit({ type: 'refused', key: command.key, refusal });
    incoming.clearDoubts();
  }

  #holdBack(command: Command, { retryAfter: seconds }: Refusal): void {
    const { commands, emit } = this.#parts;
    commands.again(command);
    this.#busy = true;
    emit({ type: 'busy', ...(seconds !== undefined && { seconds }) });
  }

  #internalRefused({ message }: Command, refusal: Refusal): void {
    const { gate, entering, incoming, emit } = this.#parts;
    // At the gate it is already known that a login is needed; unread counts are not worth a reconnect.
    if (gate.phase === 'gate' || message.type === 'unread') return;
    if (message.type === 'resume' && gate.resumeRefused(refusal)) return;
    const room = 'room' in message ? (message.room ?? '') : '';
    if (message.type === 'history' && isPrivate(room)) return incoming.withoutPages(room);
    if (message.type === 'join' && entering.refused(room, refusal)) return;
    emit({ type: 'turned_away', refusal });
  }

  #forgetUnentered({ message }: Command): void {
    const { rooms } = this.#parts;
    if (message.type !== 'join' || message.room === undefined) return;
    if (!rooms.find(message.room)?.entered) rooms.drop(message.room);
  }
}
