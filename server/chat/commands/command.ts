/** What every command gets and gives. */
import type { Effect, LoadRequest } from '../effects.ts';
import type { ChatState, Member, Session } from '../state.ts';
import { ERRORS, type ErrorCode } from '#wire/errors';
import { LIMITS } from '#wire/limits';
import type { Server } from '#wire/messages';

export interface Context {
  readonly state: ChatState;
  readonly session: Session;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** That many bytes from a cryptographic random source. */
  readonly random: (count: number) => Uint8Array;
}

export type Command<M> = (context: Context, message: M) => Effect[];

export type Details = Partial<Pick<Server<'error'>, 'expected' | 'got' | 'ref' | 'room' | 'suggestions'>>;

/** One refusal to one client; the connection stays up. */
export function refuse(session: Session, code: ErrorCode, details: Details = {}): Effect[] {
  return [reply(session, errorMessage(code, details))];
}

export function errorMessage(code: ErrorCode, details: Details = {}): Server<'error'> {
  return { type: 'error', code, message: ERRORS[code].meaning, fatal: ERRORS[code].fatal, ...details };
}

export function reply(session: Session, message: Extract<Effect, { kind: 'send' }>['message']): Effect {
  return { kind: 'send', to: [session.id], message };
}

/** Asks the store, unless too many of this connection's requests wait for it already. */
export function load(session: Session, request: LoadRequest): Effect[] {
  if (session.pendingLoads >= LIMITS.pendingLoads)
    return refuse(session, 'busy', { room: request.query.room });
  session.pendingLoads += 1;
  return [{ kind: 'load', request }];
}

/** Names in a room, cut at the cap, and how many there are. */
export function memberList(members: Iterable<Member>, count: number): { members: string[]; count: number } {
  const names: string[] = [];
  for (const member of members) {
    if (names.length === LIMITS.memberList) break;
    names.push(member.name);
  }
  return { members: names, count };
}

/** Drops the keys whose value is undefined, which JSON and exact optional properties both want. */
export function given<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
