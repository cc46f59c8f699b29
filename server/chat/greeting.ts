/** What a connection hears before it has said anything: where it is, and whether it has to log in. */
import { memberList } from './commands/command.ts';
import type { Policy } from './policy.ts';
import type { Session } from './sessions.ts';
import type { ChatState } from './state.ts';
import { DEFAULT_ROOM, PROTOCOL_VERSION, type Server, type WireName } from '#wire/messages';

/** What a client is told of the server. */
interface House extends Policy {
  readonly tapped: boolean;
}

const TAPPED =
  'This server records what crosses its wires, passwords and private messages included, and shows it in its page.';

export function greeting(
  state: ChatState,
  { guestName, wire }: Session,
  policy: House,
): readonly (Server<'welcome'> | Server<'auth_required'>)[] {
  const first = welcome(state, guestName, wire, policy);
  return policy.mode === 'guests' ? [first] : [first, authRequired(wire, policy)];
}

function welcome(state: ChatState, name: string, wire: WireName, { mode, tapped }: House): Server<'welcome'> {
  const lobby = state.room(DEFAULT_ROOM);
  // Where an account is needed, whoever has not logged in is not told who is there.
  const hidden = mode === 'required';
  const list = hidden ? { members: [], count: 0 } : memberList(lobby.people.keys(), lobby.people.size);
  const company = list.count === 0 ? 'nobody else' : list.members.slice(0, 10).join(', ');
  const more = list.count > 10 ? ` and ${list.count - 10} more` : '';
  const text = hidden
    ? `Welcome to Wireglass. You are on the ${wire} wire. An account is needed here: log in, or register.`
    : `Welcome to Wireglass. You are on the ${wire} wire; your name would be ${name}; in #${DEFAULT_ROOM}: ${company}${more}.`;
  return {
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    server: 'wireglass',
    wire,
    name,
    room: DEFAULT_ROOM,
    ...list,
    ...(tapped && { tapped }),
    text: tapped ? `${text} ${TAPPED}` : text,
  };
}

function authRequired(
  wire: WireName,
  { mode, registration, passwordWires }: Policy,
): Server<'auth_required'> {
  const allowed = passwordWires.includes(wire);
  const who = mode === 'required' ? 'An account is needed here.' : 'You may log in, or talk as a guest.';
  const how = allowed
    ? wire === 'plain'
      ? ' On this wire your password can be read by everyone in between.'
      : ''
    : ` No password is taken on the ${wire} wire: use ${passwordWires.join(', ') || 'another server'}.`;
  return { type: 'auth_required', mode, allowed, register: registration, text: who + how };
}
