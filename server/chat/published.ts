/** Broadcasts a batch that has been stored, and acknowledges each message to its author. */
import { withoutUndefined } from './commands/command.ts';
import { accountOf, isConversation } from './authors.ts';
import { tellChanges } from './member-changes.ts';
import type { Effect, NewMessage, Published } from './effects.ts';
import type { Session } from './sessions.ts';
import type { ChatState } from './state.ts';
import type { Server } from '#protocol/messages';

/** One effect for each room of the batch, and one for each end of a private conversation. */
export function published(state: ChatState, batch: readonly NewMessage[]): Effect[] {
  const places = new Map<string, NewMessage[]>();
  for (const message of batch) {
    const messages = places.get(message.room);
    if (messages) messages.push(message);
    else places.set(message.room, [message]);
  }
  return [...places].flatMap(([key, messages]) =>
    isConversation(key) ? toBothEnds(state, messages) : toRoom(state, key, messages),
  );
}

/**
 * The connection on which the author is told what became of the message: the one that sent it last, or, for a guest,
 * the one it came back on. Which of an account's other connections said it is not known: that one will send the message
 * again, and is answered then.
 */
export function authorsLine(
  state: ChatState,
  { origin, author, ref }: Pick<NewMessage, 'origin' | 'author' | 'ref'>,
): Session | undefined {
  const member = state.membersByAuthor.get(author);
  const asker = ref === undefined ? undefined : member?.pendingRefs.get(ref);
  const session = state.sessions.get(asker ?? origin);
  if (session && session.member === member) return session;
  return member?.account ? undefined : member && [...member.sessions].at(-1);
}

/** The author's name for the place where it said this. */
export function labelForAuthor({ room, to }: NewMessage): string {
  return to ? `@${to.name}` : room;
}

function toRoom(state: ChatState, key: string, messages: readonly NewMessage[]): Effect[] {
  const room = state.rooms.get(key);
  const items = messages.map((message) => asSaid(state, message));
  // The others know who is here before they read what it says.
  const told = room ? tellChanges(room) : [];
  return [...told, { kind: 'publish', to: room?.audience ?? new Set(), items }];
}

/** Each end receives every message, under the other's name; for its author a message comes as an acknowledgement. */
function toBothEnds(state: ChatState, messages: readonly NewMessage[]): Effect[] {
  const ends = new Set(messages.flatMap(({ author, to }) => (to ? [author, to.author] : [author])));
  return [...ends].map((end) => ({
    kind: 'publish',
    to: new Set([...(state.membersByAuthor.get(end)?.sessions ?? [])].map(({ id }) => id)),
    items: messages.map((message) => (message.author === end ? asSaid(state, message) : asHeard(message))),
  }));
}

function asSaid(state: ChatState, message: NewMessage): Published {
  const { ref, author } = message;
  const ack = acknowledgement(message);
  const line = authorsLine(state, message);
  if (ref !== undefined) state.membersByAuthor.get(author)?.pendingRefs.delete(ref);
  return { message: heard(message, ack.room), ack, author: line?.id };
}

function asHeard(message: NewMessage): Published {
  return { message: heard(message, `@${message.from}`), ack: acknowledgement(message), author: undefined };
}

function acknowledgement(message: NewMessage): Server<'ack'> {
  const { ref, id, ts } = message;
  return withoutUndefined({ type: 'ack' as const, ref, id, room: labelForAuthor(message), ts });
}

function heard(message: NewMessage, room: string): Server<'message'> {
  const { id, from, author, text, ts, via, replyTo } = message;
  const account = accountOf(author) === undefined ? undefined : (true as const);
  return withoutUndefined({
    type: 'message' as const,
    id,
    room,
    from,
    account,
    text,
    ts,
    via,
    reply_to: replyTo,
  });
}
