/** `say`: gives a message a number and a time and stores it; everyone receives it once it is stored. */
import { isIn } from './access.ts';
import { type Context, type Command, ask, isHere } from '../command.ts';
import { type Place, atPlace, isReachable } from './place.ts';
import { isUnderWay, refuseNew } from './references.ts';
import { type Objection, pauseOf, silenceOf } from './speaking.ts';
import { accountOf } from '../../authors.ts';
import type { Effect } from '../../effects.ts';
import type { Member } from '../../sessions.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';
import { cleanText } from '#protocol/text';

/** A message that a member wants to send to a place. */
interface Utterance {
  readonly member: Member;
  readonly place: Place;
  readonly ref: string | undefined;
  readonly text: string;
  readonly replyTo: number | undefined;
}

export const say: Command<Client<'say'>> = (context, { room, ref, text, reply_to: replyTo }) =>
  atPlace(context, { room, ref }, (place, later, member) => {
    const utterance = { member, place, ref, text: cleanText(text), replyTo };
    if (isUnderWay(later, utterance)) return [];
    const objection = objectionTo(later, utterance);
    if (objection) return refuseNew(later, utterance, objection);
    return replyTo === undefined ? commit(later, utterance) : commitReply(later, utterance, replyTo);
  });

/** What is wrong with the message itself, or why this member may not send it now. */
function objectionTo(context: Context, { member, place, text }: Utterance): Objection | undefined {
  const { state } = context;
  if (text === '') return { code: 'bad_text' };
  if (place.ends && !isReachable(state, place.ends.other)) return { code: 'no_such_member' };
  if (state.pendingCommits >= LIMITS.commitQueue) return { code: 'busy' };
  return silenceOf(context, place, member) ?? pauseOf(context, place, member);
}

/** A reply must answer a message in the same place. It is stored even if its author has gone in the meantime. */
function commitReply(context: Context, utterance: Utterance, id: number): Effect[] {
  const { place, ref } = utterance;
  return ask(
    context,
    'messageById',
    { id, ref },
    (answered, later) => {
      const { state, session } = later;
      const isOpen = place.ends !== undefined || isIn(state, session, place.key) || !isHere(later);
      const there = answered?.room === place.key && !state.removing.has(place.key);
      if (there && isOpen) return commit(later, utterance);
      return refuseNew(later, utterance, { code: 'no_such_message', got: String(id) });
    },
    (code) => refuseNew(context, utterance, { code }),
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

/** An account finds its conversations by their read markers, on every device and also after an absence. */
function openConversation(context: Context, { key, ends }: Place): Effect[] {
  if (!ends) return [];
  return [ends.own, ends.other].flatMap(({ author }) => {
    const account = accountOf(author);
    return account === undefined ? [] : ensureMarker(context, account, key);
  });
}

/** Runs once per conversation after the server has started. When it fails, the next message tries again. */
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
