/** Rooms, what is said in them, and who is there. */
import { type Command, type CommandTable, given, reply } from '../command.ts';
import { history } from './history.ts';
import { join } from './join.ts';
import { leave, leaveAll } from './leave.ts';
import { rooms } from './rooms.ts';
import { say } from './say.ts';
import type { Client } from '#wire/messages';
import type { TALK_FROM_CLIENT } from '#wire/schemas/talk';

const ping: Command<Client<'ping'>> = ({ session }, { ref }) => [
  reply(session, given({ type: 'pong' as const, ref })),
];

/** Gone for good: the name of a guest is free at once. */
const bye: Command<Client<'bye'>> = ({ state, session, now }) => {
  const { member } = session;
  const effects = leaveAll(state, session);
  state.detach(session, now);
  if (member?.sessions.size === 0) state.removeMember(member);
  return [...effects, { kind: 'close', session: session.id, code: 'done' }];
};

export const TALK_COMMANDS = { join, leave, say, rooms, history, ping, bye } as unknown as CommandTable<
  keyof typeof TALK_FROM_CLIENT
>;
