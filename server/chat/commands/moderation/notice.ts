/** What everyone concerned hears of what a moderator did. */
import { linesOf } from './whom.ts';
import { type Context, given, nameOf } from '../command.ts';
import type { Effect, Peer } from '../../effects.ts';
import type { SessionId } from '../../records.ts';
import type { Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import type { Server } from '#wire/messages';

type Notice = Server<'notice'>;

/** What is different from one event to the next; `did` is the middle of a sentence. */
interface Happening {
  readonly event: Notice['event'];
  readonly did: string;
  readonly person?: Peer | undefined;
  /** Who is concerned, where it is said apart who hears of it. */
  readonly name?: string | undefined;
  readonly room?: string | undefined;
  readonly reason?: string | undefined;
  readonly until?: number | undefined;
  readonly seconds?: number;
  readonly role?: Notice['role'];
}

/**
 * To the room it is about, or else to every room that the one concerned is in, and to that one itself: unless it is
 * said in `to` who hears it.
 */
export function announce(
  { state, session, now }: Context,
  { did, person, reason, ...what }: Happening,
  to: Iterable<SessionId> = audience(state, person ? linesOf(state, person.author) : [], what.room),
): Effect {
  const by = nameOf(session);
  const text = `${by} ${did}${reason === undefined ? '' : `: ${reason}`}.`;
  const named = person && { name: person.name };
  const message = given({ type: 'notice' as const, ...what, ...named, by, reason, ts: now, text });
  return { kind: 'send', to, message };
}

/** These connections, and those in the room, or else in any room that one of them is in. */
export function audience(
  state: ChatState,
  lines: readonly Session[],
  room: string | undefined,
): Set<SessionId> {
  const rooms = room === undefined ? lines.flatMap((line) => [...line.rooms]) : [room];
  const heard = rooms.flatMap((name) => [...(state.rooms.get(name)?.audience ?? [])]);
  return new Set([...lines.map(({ id }) => id), ...heard]);
}

/** With the reason behind it, for the log. */
export function because(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what}: ${reason}`;
}

/** ` for 60 seconds`, or nothing where there is no end. */
export function lasting(seconds: number | undefined): string {
  return seconds === undefined ? '' : ` for ${seconds} seconds`;
}
