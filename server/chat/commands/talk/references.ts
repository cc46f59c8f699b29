/**
 * References: what its author sends again under the same one is stored once, and acknowledged again. The store knows
 * which it has; the chat remembers only those that are on their way.
 */
import { type Context, given, refuse, reply } from '../command.ts';
import type { Place } from './place.ts';
import type { Objection } from './speaking.ts';
import { isConversation } from '../../authors.ts';
import type { Effect, NewMessage } from '../../effects.ts';
import { authorsLine, labelForAuthor } from '../../published.ts';
import type { Member, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { LIMITS } from '#wire/limits';

interface Said {
  readonly member: Member;
  readonly place: Place;
  readonly ref: string | undefined;
}

/** Notes that it is on its way. True when it was before: then it is answered once. */
export function isUnderWay({ session }: Context, { member: { pendingRefs }, ref }: Said): boolean {
  if (ref === undefined) return false;
  const isRepeated = pendingRefs.has(ref);
  pendingRefs.set(ref, session.id);
  return isRepeated;
}

/** Refuses to store it. It may have been stored before, when nothing stood against it: then that is acknowledged. */
export function refuseNew({ state, session }: Context, said: Said, objection: Objection): Effect[] {
  const { member, place, ref } = said;
  const { code, ...details } = objection;
  if (ref === undefined) return refuse(session, code, { room: place.label, ...details });
  // The commits under way have a cap of their own; the questions of those who are refused need one, too.
  if (member.pendingRefs.size > LIMITS.pendingRefs) {
    member.pendingRefs.delete(ref);
    return refuse(session, 'busy', { ref, room: place.label });
  }
  return receipt(state, { author: member.author, ref, origin: session.id, label: place.label }, objection);
}

/** It was in the store before: its author hears again what was said of it then. */
export function acknowledgeAgain(state: ChatState, message: NewMessage): Effect[] {
  const { author, ref = '', origin } = message;
  return receipt(state, { author, ref, origin, label: labelForAuthor(message) }, { code: 'storage_failed' });
}

interface Reference {
  readonly author: string;
  readonly ref: string;
  readonly origin: NewMessage['origin'];
  /** What the author calls the place. */
  readonly label: string;
}

/** Acknowledges what the store has under the reference; where it has nothing, the objection is the answer. */
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
            if (!stored) return refuse(session, refusal, given({ ref, room: label, ...details }));
            // The store knows a conversation by its key only.
            const room = isConversation(stored.room) ? label : stored.room;
            return [reply(session, { type: 'ack', ref, id: stored.id, room, ts: stored.ts })];
          }),
        failed: (code) => settle((session) => refuse(session, code, { ref, room: label })),
      },
    },
  ];
}
