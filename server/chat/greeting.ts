/** What the server tells a new connection first: where it is, and whether it must log in. */
import { memberList } from './commands/command.ts';
import type { Policy } from './policy.ts';
import type { Session } from './sessions.ts';
import type { ChatState } from './state.ts';
import { DEFAULT_ROOM, PROTOCOL_VERSION, type Server, type WireName } from '#protocol/messages';

/** What a client is told about the server. */
interface ServerInfo extends Policy {
  readonly tapped: boolean;
  readonly flag: string | undefined;
}

/** Members whom the greeting names in words. */
const NAMED = 10;

const TAPPED =
  'This server records its traffic, including passwords and private messages, and shows it on its page.';

export function greeting(
  state: ChatState,
  { guestName, wire, mode }: Session,
  info: ServerInfo,
): readonly (Server<'welcome'> | Server<'auth_required'>)[] {
  const policy = { ...info, mode };
  const first = welcome(state, guestName, wire, policy);
  return policy.mode === 'guests' ? [first] : [first, authRequired(wire, policy)];
}

function welcome(
  state: ChatState,
  name: string,
  wire: WireName,
  { mode, tapped, flag }: ServerInfo,
): Server<'welcome'> {
  const lobby = state.room(DEFAULT_ROOM);
  // Where an account is required, a client that has not logged in is not told who is in the lobby.
  const hidden = mode === 'required';
  const list = hidden ? { members: [], count: 0 } : memberList(lobby);
  const text = hidden
    ? `Welcome to Wireglass. You are on the ${wire} wire. An account is needed here: log in, or register.`
    : `Welcome to Wireglass. You are on the ${wire} wire; your name would be ${name}; in #${DEFAULT_ROOM}: ${company(list)}.`;
  return {
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    server: 'wireglass',
    wire,
    name,
    room: DEFAULT_ROOM,
    ...list,
    ...(tapped && { tapped }),
    ...(flag !== undefined && { flag }),
    text: tapped ? `${text} ${TAPPED}` : text,
  };
}

function company({ members, count }: Pick<Server<'welcome'>, 'members' | 'count'>): string {
  if (count === 0) return 'nobody else';
  if (members.length === 0) return `${count} members`;
  const more = count > NAMED ? ` and ${count - NAMED} more` : '';
  return `${members.slice(0, NAMED).join(', ')}${more}`;
}

function authRequired(
  wire: WireName,
  { mode, registration, passwordWires }: Policy,
): Server<'auth_required'> {
  const allowed = passwordWires.includes(wire);
  const who = mode === 'required' ? 'An account is needed here.' : 'You may log in, or talk as a guest.';
  const how = allowed
    ? wire === 'plain'
      ? ' On this wire, everyone in between can read your password.'
      : ''
    : ` Passwords are not accepted on the ${wire} wire: use ${passwordWires.join(', ') || 'another server'}.`;
  return { type: 'auth_required', mode, allowed, register: registration, text: who + how };
}
