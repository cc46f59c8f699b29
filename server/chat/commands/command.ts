/** What all commands share: their context, and the effects that they return. */
import type { AskEffect, Effect, LoadRequest } from '../effects.ts';
import type { Policy } from '../policy.ts';
import type { Ask, Input, Output, Questions } from '../questions.ts';
import type { AuditEntry, AuditEvent } from '../records.ts';
import { NO_CONNECTION, type Room, type Session } from '../sessions.ts';
import type { ChatState } from '../state.ts';
import { ERRORS, type ErrorCode } from '#protocol/errors';
import { withoutUndefined } from '#protocol/without-undefined';
import { LIMITS } from '#protocol/limits';
import type { Client, ClientMessage, Server } from '#protocol/messages';

export { withoutUndefined };

export interface Context {
  readonly state: ChatState;
  readonly session: Session;
  readonly policy: Policy;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** Returns `count` bytes from a cryptographic random source. */
  readonly random: (count: number) => Uint8Array;
}

export type Command<M> = (context: Context, message: M) => Effect[];
/** One row for each of these messages. */
export type CommandTable<T extends ClientMessage['type']> = { readonly [K in T]: Command<Client<K>> };

export type Details = Partial<
  Pick<Server<'error'>, 'expected' | 'got' | 'ref' | 'room' | 'suggestions' | 'retry_after'>
>;

/** One refusal to one client; the connection stays up. */
export function refuse(session: Session, code: ErrorCode, details: Details = {}): Effect[] {
  return [reply(session, errorMessage(code, details))];
}

export function errorMessage(code: ErrorCode, details: Details = {}): Server<'error'> {
  return { type: 'error', code, message: ERRORS[code].meaning, fatal: ERRORS[code].fatal, ...details };
}

/** Tells a connection the fatal error, and closes it. */
export function expel(session: Session, code: ErrorCode, details: Details = {}): Effect[] {
  return [...refuse(session, code, details), { kind: 'close', session: session.id, code }];
}

export function reply(session: Session, message: Extract<Effect, { kind: 'send' }>['message']): Effect {
  return { kind: 'send', to: [session.id], message };
}

/** Confirms that a request has been carried out and stored. */
export function done(session: Session, of: string, ref: string | undefined, text: string): Effect {
  return reply(session, withoutUndefined({ type: 'done' as const, of, ref, text }));
}

/** The asker's name for the room whose messages it wants. */
export function labelOf({ label, query }: LoadRequest): string {
  return label ?? query.room;
}

/** Asks the store, unless too many requests of this connection wait for it already. */
export function load(session: Session, request: LoadRequest): Effect[] {
  if (session.pendingLoads >= LIMITS.pendingLoads) return refuse(session, 'busy', { room: labelOf(request) });
  session.pendingLoads += 1;
  return [{ kind: 'load', request }];
}

/**
 * Asks the runtime a question, and goes on with the answer: `then` gets it with a context of that time. The
 * connection may be gone by then (`isHere`): replies to it go nowhere, but changes for others must still be made.
 * Refused as busy when too many questions of this connection wait already. When there is no answer, `refused` undoes
 * what was changed in advance, and may return the reply to the connection.
 */
export function ask<K extends keyof Questions>(
  context: Context,
  question: K,
  { ref, ...input }: Input<K> & { readonly ref?: string | undefined },
  then: (output: Output<K>, context: Context) => Effect[],
  refused?: (code: ErrorCode) => Effect[] | undefined,
): Effect[] {
  const { session } = context;
  const noAnswer = (code: ErrorCode) => refused?.(code) ?? refuse(session, code, withoutUndefined({ ref }));
  if (session.pendingAsks >= LIMITS.pendingAsks) return noAnswer('busy');
  session.pendingAsks += 1;
  const ask = {
    session: session.id,
    ref,
    question,
    input,
    then: (output: Output<K>, now: number): Effect[] => {
      session.pendingAsks -= 1;
      return then(output, { ...context, now });
    },
    failed: (code: ErrorCode): Effect[] => {
      session.pendingAsks -= 1;
      return noAnswer(code);
    },
  };
  // The row of the table ties the input to the output; the compiler cannot follow that for an open K.
  return [{ kind: 'ask', ask: ask as unknown as Ask<Effect> } satisfies AskEffect];
}

/** Whether the connection that asked is still there. */
export function isHere({ state, session }: Context): boolean {
  return state.sessions.get(session.id) === session;
}

/** A line for the audit log about what this connection did. `detail` must hold no secret. */
export function audit(
  { session, now }: Context,
  event: AuditEvent,
  details: Partial<Pick<AuditEntry, 'actor' | 'subject' | 'room' | 'detail'>> = {},
): Effect {
  const { wire: via, address } = session;
  const from = session.id === NO_CONNECTION ? {} : { via, address };
  return { kind: 'audit', entry: { ts: now, event, actor: nameOf(session), ...from, ...details } };
}

/** The name of this session, for others and for the audit log. */
export function nameOf(session: Session): string {
  if (session.operator) return 'operator';
  return session.login?.account.name ?? session.member?.name ?? session.guestName;
}

/** Names of those in a room, unless there are too many, and how many there are. */
export function memberList({ people }: Room): { members: string[]; count: number } {
  const isShort = people.size <= LIMITS.memberList;
  return { members: isShort ? Array.from(people.keys(), ({ name }) => name) : [], count: people.size };
}
