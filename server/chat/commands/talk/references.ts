/**
 * References: a message that its author sends again under the same reference is stored once, and acknowledged again.
 * The store knows all references that it has; the chat remembers only those of messages on their way into the store.
 */
import { type Context, withoutUndefined, refuse, reply } from '../command.ts';
import type { Venue } from './venue.ts';
import type { Objection } from './speaking.ts';
import { isConversation } from '../../authors.ts';
import type { Effect, NewMessage } from '../../effects.ts';
import { authorsLine, labelForAuthor } from '../../published.ts';
import type { Member, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { LIMITS } from '#protocol/limits';

interface Said {
  readonly member: Member;
  readonly venue: Venue;
  readonly ref: string | undefined;
}

/** Notes that the message is on its way. True when it was already: then both copies get a single answer. */
export function isUnderWay({ session }: Context, { member: { pendingRefs }, ref }: Said): boolean {
  if (ref === undefined) return false;
  const isRepeated = pendingRefs.has(ref);
  pendingRefs.set(ref, session.id);
  return isRepeated;
}

/** Refuses a new message. If its reference was stored earlier, when there was no objection, it is acknowledged instead. */
export function refuseNew({ state, session }: Context, said: Said, objection: Objection): Effect[] {
  const { member, venue, ref } = said;
  const { code, ...details } = objection;
  if (ref === undefined) return refuse(session, code, { room: venue.label, ...details });
  // Commits under way have a cap of their own; the questions asked for refused messages need one, too.
  if (member.pendingRefs.size > LIMITS.pendingRefs) {
    member.pendingRefs.delete(ref);
    return refuse(session, 'busy', { ref, room: venue.label });
  }
  return receipt(state, { author: member.author, ref, origin: session.id, label: venue.label }, objection);
}

/** The message was in the store before: its author gets the same acknowledgement again. */
export function acknowledgeAgain(state: ChatState, message: NewMessage): Effect[] {
  const { author, ref = '', origin } = message;
  return receipt(state, { author, ref, origin, label: labelForAuthor(message) }, { code: 'storage_failed' });
}

interface Reference {
  readonly author: string;
  readonly ref: string;
  readonly origin: NewMessage['origin'];
  /** The author's name for the venue. */
  readonly label: string;
}

/** Acknowledges the message that the store has under the reference; if there is none, the objection is the answer. */
function receipt(state: ChatState, said: Reference, { code: refusal, ...details }: Objection): Effect[] {
  const { author, ref, origin, label } = said;
  const settle = (answer: (session: Session) => Effect[]): Effect[] => {
    const session = authorsLine(state, said);
    state.membersByAuthor.get(author)?.pendingRefs.delete(ref);
    return session ? answer(session) : [];
  };
  return [
    {
      kind: 'ask',
      ask: {
        session: origin,
        ref,
        question: 'messageByRef',
        input: { author, ref },
        then: (stored) =>
          settle((session) => {
            if (!stored) return refuse(session, refusal, withoutUndefined({ ref, room: label, ...details }));
            // The store knows a conversation by its key only.
            const room = isConversation(stored.room) ? label : stored.room;
            return [reply(session, { type: 'ack', ref, id: stored.id, room, ts: stored.ts })];
          }),
        failed: (code) => settle((session) => refuse(session, code, { ref, room: label })),
      },
    },
  ];
}
