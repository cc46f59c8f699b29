/** `say`: gives a message a number and a time and stores it; everyone receives it once it is stored. */
import { isIn } from './access.ts';
import { type Context, type Command, ask, isHere } from '../command.ts';
import { type Venue, atVenue, isReachable } from './venue.ts';
import { isUnderWay, refuseNew } from './references.ts';
import { type Objection, pauseOf, silenceOf } from './speaking.ts';
import { accountOf } from '../../authors.ts';
import type { Effect } from '../../effects.ts';
import type { Member } from '../../sessions.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';
import { cleanText } from '#protocol/text';

/** A message that a member wants to send to a venue. */
interface Utterance {
  readonly member: Member;
  readonly venue: Venue;
  readonly ref: string | undefined;
  readonly text: string;
  readonly replyTo: number | undefined;
}

export const say: Command<Client<'say'>> = (context, { room, ref, text, reply_to: replyTo }) =>
  atVenue(context, { room, ref }, (venue, later, member) => {
    const utterance = { member, venue, ref, text: cleanText(text), replyTo };
    if (isUnderWay(later, utterance)) return [];
    const objection = objectionTo(later, utterance);
    if (objection) return refuseNew(later, utterance, objection);
    return replyTo === undefined ? commit(later, utterance) : commitReply(later, utterance, replyTo);
  });

/** What is wrong with the message itself, or why this member may not send it now. */
function objectionTo(context: Context, { member, venue, text }: Utterance): Objection | undefined {
  const { state } = context;
  if (text === '') return { code: 'bad_text' };
  if (venue.ends && !isReachable(state, venue.ends.other)) return { code: 'no_such_member' };
  if (state.pendingCommits >= LIMITS.commitQueue) return { code: 'busy' };
  return silenceOf(context, venue, member) ?? pauseOf(context, venue, member);
}

/** A reply must answer a message in the same venue. It is stored even if its author has gone in the meantime. */
function commitReply(context: Context, utterance: Utterance, id: number): Effect[] {
  const { venue, ref } = utterance;
  return ask(
    context,
    'messageById',
    { id, ref },
    (answered, later) => {
      const { state, session } = later;
      const isOpen = venue.ends !== undefined || isIn(state, session, venue.key) || !isHere(later);
      const there = answered?.room === venue.key && !state.removing.has(venue.key);
      if (there && isOpen) return commit(later, utterance);
      return refuseNew(later, utterance, { code: 'no_such_message', got: String(id) });
    },
    (code) => refuseNew(context, utterance, { code }),
  );
}

function commit(context: Context, { member, venue, ref, text, replyTo }: Utterance): Effect[] {
  const { state, session, now } = context;
  const { name: from, author } = member;
  const { wire: via, id: origin } = session;
  const id = state.nextId++;
  state.pendingCommits += 1;
  const said = { id, room: venue.key, from, author, ref, text, ts: now, via, origin };
  const to = venue.ends?.other;
  const message = { ...said, ...(to && { to }), ...(replyTo !== undefined && { replyTo }) };
  return [{ kind: 'commit', message }, ...openConversation(context, venue)];
}

/** An account finds its conversations by their read markers, on every device and also after an absence. */
function openConversation(context: Context, { key, ends }: Venue): Effect[] {
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
