/** The notice with which everyone concerned is told what a moderator did. */
import { linesOf } from './whom.ts';
import { type Context, withoutUndefined, nameOf } from '../command.ts';
import type { Effect, Peer } from '../../effects.ts';
import type { SessionId } from '../../records.ts';
import type { Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import type { Server } from '#protocol/messages';

type Notice = Server<'notice'>;

/** What differs between events; `did` is the middle of a sentence. */
interface Happening {
  readonly event: Notice['event'];
  readonly did: string;
  readonly person?: Peer | undefined;
  /** Name of the member concerned, where the recipients are given separately. */
  readonly name?: string | undefined;
  readonly room?: string | undefined;
  readonly reason?: string | undefined;
  readonly until?: number | undefined;
  readonly seconds?: number;
  readonly role?: Notice['role'];
}

/**
 * Goes to the members concerned, and to the room that it is about or otherwise to every room that they are in, unless
 * `to` names other recipients.
 */
export function announce(
  { state, session, now }: Context,
  { did, person, reason, ...what }: Happening,
  to: Iterable<SessionId> = audience(state, person ? linesOf(state, person.author) : [], what.room),
): Effect {
  const by = nameOf(session);
  const text = `${by} ${did}${reason === undefined ? '' : `: ${reason}`}.`;
  const named = person && { name: person.name };
  const message = withoutUndefined({ type: 'notice' as const, ...what, ...named, by, reason, ts: now, text });
  return { kind: 'send', to, message };
}

/** These connections, and those in the room, or without one in every room that they are in. */
export function audience(
  state: ChatState,
  lines: readonly Session[],
  room: string | undefined,
): Set<SessionId> {
  const rooms = room === undefined ? lines.flatMap((line) => [...line.rooms]) : [room];
  const heard = rooms.flatMap((name) => [...(state.rooms.get(name)?.audience ?? [])]);
  return new Set([...lines.map(({ id }) => id), ...heard]);
}

/** The text for the audit log, followed by the reason. */
export function because(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what}: ${reason}`;
}

/** ` for 60 seconds`, or an empty string when there is no end. */
export function lasting(seconds: number | undefined): string {
  return seconds === undefined ? '' : ` for ${seconds} seconds`;
}
