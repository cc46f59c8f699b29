/** Rooms, the messages in them, and the members there. */
import { type Command, type CommandTable, withoutUndefined, reply } from '../command.ts';
import { create } from './create.ts';
import { deleteMessage } from './delete.ts';
import { edit } from './edit.ts';
import { history } from './history.ts';
import { invite } from './invite.ts';
import { join } from './join.ts';
import { leave, leaveAll } from './leave.ts';
import { presence } from './presence.ts';
import { read, unread } from './read.ts';
import { remove } from './remove.ts';
import { rooms } from './rooms.ts';
import { say } from './say.ts';
import { search } from './search.ts';
import { typing } from './typing.ts';
import { uninvite } from './uninvite.ts';
import { who } from './who.ts';
import type { Client } from '#protocol/messages';
import type { CONNECTION_FROM_CLIENT } from '#protocol/schemas/connection';
import type { ROOMS_FROM_CLIENT } from '#protocol/schemas/rooms';
import type { TALK_FROM_CLIENT } from '#protocol/schemas/talk';

const ping: Command<Client<'ping'>> = ({ session }, { ref }) => [
  reply(session, withoutUndefined({ type: 'pong' as const, ref })),
];

/** The member leaves for good: the name of a guest is free at once. */
const bye: Command<Client<'bye'>> = ({ state, session, now }) => {
  const { member } = session;
  const effects = leaveAll(state, session);
  state.detach(session, now);
  if (member?.sessions.size === 0) state.removeMember(member);
  return [...effects, { kind: 'close', session: session.id, code: 'done' }];
};

type Asked = typeof TALK_FROM_CLIENT & typeof ROOMS_FROM_CLIENT & typeof CONNECTION_FROM_CLIENT;

export const TALK_COMMANDS: CommandTable<keyof Asked> = {
  join,
  leave,
  say,
  edit,
  delete: deleteMessage,
  history,
  search,
  rooms,
  create,
  invite,
  uninvite,
  remove,
  who,
  presence,
  typing,
  read,
  unread,
  ping,
  bye,
};
