/**
 * The name of an account belongs to the account alone. A guest that had it before the account was created gets another
 * name, and everyone who knows the guest by the old name is told before the account can send its first message.
 */
import type { Effect } from './effects.ts';
import { guestName } from './names.ts';
import type { Account } from './records.ts';
import type { Member, Session } from './sessions.ts';
import type { ChatState } from './state.ts';
import { cleanName, nameKey } from '#protocol/names';

interface Renaming {
  readonly state: ChatState;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  readonly random: (count: number) => Uint8Array;
}

/** `owner` is the connection that has created the account: its guest is about to become the account. */
export function makeWay(context: Renaming, { key }: Pick<Account, 'key'>, owner?: Session): Effect[] {
  const { state } = context;
  const member = state.members.get(key);
  const guest = member && !member.account && member !== owner?.member ? renameMember(context, member) : [];
  return [...guest, ...renameWaiting(context, key, owner)];
}

/** The connections for which this name is kept free, except for `owner`, get another one. */
export function renameWaiting(context: Renaming, key: string, owner?: Session): Effect[] {
  const waiting = context.state.guestsNamed(key).filter((session) => session !== owner);
  return waiting.flatMap((session) => renameOne(context, session));
}

/** Tells a guest that comes back under its old name what its name is now. */
export function nowCalled({ id }: Session, asked: string | undefined, now: string): Effect[] {
  const before = cleanName(asked ?? now) ?? now;
  return nameKey(before) === nameKey(now) ? [] : [toSelf([id], before, now)];
}

function renameMember(context: Renaming, member: Member): Effect[] {
  const { state } = context;
  const before = member.name;
  const name = freeName(context);
  state.renameMember(member, name);
  const own = new Set([...member.sessions].map(({ id }) => id));
  const rooms = [...state.rooms.values()].filter(({ people }) => people.has(member));
  const others = new Set(rooms.flatMap(({ audience }) => [...audience]).filter((id) => !own.has(id)));
  const toOthers: Effect = {
    kind: 'send',
    to: others,
    message: { type: 'renamed', name: before, now: name },
  };
  return [...(others.size > 0 ? [toOthers] : []), ...(own.size > 0 ? [toSelf([...own], before, name)] : [])];
}

/** The connection has not joined a room yet: only the name that was kept free for it changes. */
function renameOne(context: Renaming, session: Session): Effect[] {
  const before = session.guestName;
  context.state.renameGuest(session, freeName(context));
  return [toSelf([session.id], before, session.guestName)];
}

function toSelf(to: readonly number[], name: string, now: string): Effect {
  return { kind: 'send', to, message: { type: 'renamed', name, now, you: true } };
}

function freeName({ state, random, now }: Renaming): string {
  return guestName(random, (candidate) => state.isTaken(candidate, now));
}
