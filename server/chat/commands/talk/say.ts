/** `say`: a number, a time, and into the store; everyone hears it once it is there. */
import { type Context, type Command, ask, given, refuse, reply } from '../command.ts';
import { type Place, atPlace, isReachable } from './place.ts';
import { refusePausing, refuseSilenced } from './speaking.ts';
import { accountOf, isConversation } from '../../authors.ts';
import type { Effect, SessionId } from '../../effects.ts';
import type { ChatState, Member, RefState } from '../../state.ts';
import type { ErrorCode } from '#wire/errors';
import { LIMITS } from '#wire/limits';
import type { Client } from '#wire/messages';
import { cleanText } from '#wire/text';

/** A message that may go out once its text and the message it answers are in order. */
interface Utterance {
  readonly member: Member;
  readonly place: Place;
  readonly ref: string | undefined;
  readonly text: string;
  readonly replyTo: number | undefined;
}

export const say: Command<Client<'say'>> = (context, { room, ref, text, reply_to: replyTo }) =>
  atPlace(context, { room, ref }, (place, later, member) => {
    const { session, state } = later;
    const earlier = ref === undefined ? undefined : member.refs.get(ref);
    if (ref !== undefined && earlier) return repeated(later, earlier, place, { member, ref });
    const clean = cleanText(text);
    const code = objection(state, { member, place, ref, text: clean });
    if (code) return refuse(session, code, given({ ref, room: place.label }));
    const silenced = refuseSilenced(later, place, member, ref);
    if (silenced) return silenced;
    const pausing = refusePausing(later, place, member, ref);
    if (pausing) return pausing;
    const utterance = { member, place, ref, text: clean, replyTo };
    if (ref !== undefined) rememberRef(member, ref, session.id);
    return replyTo === undefined ? commit(later, utterance) : commitReply(later, utterance, replyTo);
  });

/** What is wrong with it, whoever says it. */
function objection(
  state: ChatState,
  { member, place, ref, text }: Omit<Utterance, 'replyTo'>,
): ErrorCode | undefined {
  // A private conversation needs no room: until the store has told which references were used before a lost
  // connection, nobody knows whether this one was.
  if (ref !== undefined && member.refsUnknown) return 'busy';
  if (text === '') return 'bad_text';
  if (place.ends && !isReachable(state, place.ends.other)) return 'no_such_member';
  return state.pendingCommits >= LIMITS.commitQueue ? 'busy' : undefined;
}

/** Sent again under the same reference: stored once, and acknowledged as soon as it is. */
function repeated(
  { session }: Context,
  earlier: RefState,
  { label }: Place,
  { member, ref }: { readonly member: Member; readonly ref: string },
): Effect[] {
  if (earlier.type === 'pending') {
    member.refs.set(ref, { type: 'pending', asker: session.id });
    return [];
  }
  // After a restart of the server the store knows a conversation by its key only.
  const room = isConversation(earlier.room) ? label : earlier.room;
  return [reply(session, { ...earlier, room })];
}

/** What is answered must have been said in the same place. The message is stored even if its author has gone since. */
function commitReply(context: Context, utterance: Utterance, id: number): Effect[] {
  const { member, place, ref } = utterance;
  const forget = (): undefined => {
    if (ref !== undefined) member.refs.delete(ref);
  };
  return ask(
    context,
    'messageById',
    { id, ref },
    (answered, later) => {
      if (answered?.room === place.key) return commit(later, utterance);
      forget();
      return refuse(later.session, 'no_such_message', given({ ref, room: place.label, got: String(id) }));
    },
    forget,
  );
}

function commit(context: Context, { member, place, ref, text, replyTo }: Utterance): Effect[] {
  const { state, session, now } = context;
  const { name: from, author } = member;
  const { wire: via, id: origin } = session;
  const id = state.nextId++;
  state.pendingCommits += 1;
  const said = { id, room: place.key, from, author, ref, text, ts: now, via, origin };
  const to = place.ends?.other;
  const message = { ...said, ...(to && { to }), ...(replyTo !== undefined && { replyTo }) };
  return [{ kind: 'commit', message }, ...openConversation(context, place)];
}

/** An account finds its conversations by their read markers, on every device and also after it was away. */
function openConversation(context: Context, { key, ends }: Place): Effect[] {
  if (!ends) return [];
  return [ends.own, ends.other].flatMap(({ author }) => {
    const account = accountOf(author);
    return account === undefined ? [] : ensureMarker(context, account, key);
  });
}

/** Once since the server's start. When it fails, the next message tries again. */
function ensureMarker({ state, session }: Context, account: number, key: string): Effect[] {
  const marker = `${account} ${key}`;
  if (state.openConversations.has(marker)) return [];
  if (state.openConversations.size >= LIMITS.openConversations) state.openConversations.clear();
  state.openConversations.add(marker);
  const failed = () => {
    state.openConversations.delete(marker);
    return [];
  };
  const input = { account, room: key, id: 0 };
  return [
    {
      kind: 'ask',
      ask: { session: session.id, ref: undefined, question: 'markRead', input, then: () => [], failed },
    },
  ];
}

function rememberRef(member: Member, ref: string, asker: SessionId): void {
  member.refs.set(ref, { type: 'pending', asker });
  if (member.refs.size <= LIMITS.recentRefs) return;
  const oldest = member.refs.keys().next().value as string;
  member.refs.delete(oldest);
}
