/** Rooms, and who is in them. */
import { clean, colorName, roomLabel } from '../format.ts';
import { type Args, SlashError, nameArg, roomArg } from '#session/typed-arguments';
import { type SlashCommand, type SlashContext, isYes } from './command.ts';

export const ROOMS: readonly SlashCommand[] = [
  {
    name: 'join',
    usage: '/join ROOM|@NAME',
    help: 'enter a room or a private conversation, or return to one',
    completes: ['rooms'],
    run: join,
  },
  { name: 'leave', usage: '/leave [ROOM]', help: 'leave a room', completes: ['rooms'], run: leave },
  {
    name: 'create',
    usage: '/create ROOM [invite]',
    help: 'make a permanent room; with invite, only for those you invite',
    completes: [[], ['invite']],
    run: create,
  },
  {
    name: 'invite',
    usage: '/invite NAME',
    help: 'invite a member to this room',
    completes: ['members'],
    run: invite,
  },
  {
    name: 'uninvite',
    usage: '/uninvite NAME',
    help: 'withdraw an invitation to this room',
    completes: ['members'],
    run: uninvite,
  },
  {
    name: 'remove',
    usage: '/remove ROOM',
    help: 'remove a permanent room, and what was said in it',
    completes: ['rooms'],
    run: remove,
  },
  { name: 'rooms', usage: '/rooms', help: 'list the rooms, and how much is unread in them', run: rooms },
  { name: 'who', usage: '/who [ROOM]', help: 'list who is here', completes: ['rooms'], run: who },
  { name: 'away', usage: '/away', help: 'show others that you are away from the keyboard', run: away },
  { name: 'back', usage: '/back', help: 'show others that you are back', run: back },
  { name: 'unread', usage: '/unread', help: 'list the rooms with unread messages', run: unread },
];

async function join({ client }: SlashContext, { words: [room] }: Args): Promise<void> {
  if (room === undefined) throw new SlashError('/join ROOM');
  const name = roomArg(room);
  if (!client.select(name)) await client.join(name);
}

async function leave({ client, print }: SlashContext, { words: [room] }: Args): Promise<void> {
  if (client.joinedRooms.length < 2) return print('This is your only room; /quit leaves the chat.');
  await client.leave(room === undefined ? undefined : roomArg(room));
}

async function create({ client, print }: SlashContext, { words: [room, access] }: Args): Promise<void> {
  if (room === undefined || (access !== undefined && access !== 'invite'))
    throw new SlashError('/create ROOM [invite]');
  const name = roomArg(room);
  const { text } = await client.ask({ type: 'create', room: name, access: access ?? 'public' });
  print(clean(text));
  await client.join(name);
}

async function invite({ client, print }: SlashContext, { words }: Args): Promise<void> {
  const name = nameArg(words[0], '/invite NAME');
  print(clean((await client.ask({ type: 'invite', room: client.room, name })).text));
}

async function uninvite({ client, print }: SlashContext, { words }: Args): Promise<void> {
  const name = nameArg(words[0], '/uninvite NAME');
  print(clean((await client.ask({ type: 'uninvite', room: client.room, name })).text));
}

async function remove({ client, ask, print }: SlashContext, { words: [room] }: Args): Promise<void> {
  if (room === undefined) throw new SlashError('/remove ROOM');
  const name = roomArg(room);
  const answer = await ask(`Remove #${clean(name)} and what was said in it, for good? (yes/no) `);
  if (!isYes(answer)) return print('Nothing was removed.');
  print(clean((await client.ask({ type: 'remove', room: name })).text));
}

async function rooms({ client, colors, print }: SlashContext): Promise<void> {
  const mine = new Set(client.joinedRooms);
  const unreadIn = new Map(
    client.role === undefined ? [] : (await counts(client)).map((row) => [row.room, row]),
  );
  for (const { name, members, access, locked, slow } of await client.rooms()) {
    const notes = [
      `${members} ${members === 1 ? 'member' : 'members'}`,
      mine.has(name) && 'you too',
      access === 'invite' && 'by invitation',
      locked && 'locked',
      slow !== undefined && slow > 0 && `${slow} s between messages`,
    ].filter((note) => typeof note === 'string');
    const left = unreadIn.get(name)?.unread ?? 0;
    print(`  #${clean(name)}  ${notes.join(', ')}${left > 0 ? colors.yellow(`, ${left} unread`) : ''}`);
  }
}

async function who({ client, colors, print }: SlashContext, { words: [room] }: Args): Promise<void> {
  const asked = await client.ask({ type: 'who', room: roomArg(room ?? client.room) });
  for (const { name, role, presence, via } of asked.members) {
    const notes = [role, presence === 'away' && 'away', `on ${clean(via)}`].filter(
      (n) => typeof n === 'string',
    );
    print(`  ${colorName(name, colors)}  ${colors.dim(notes.join(', '))}`);
  }
  const hidden = asked.count - asked.members.length;
  if (hidden > 0) print(colors.dim(`  and ${hidden} more`));
}

function away({ client, print }: SlashContext): void {
  client.setAway(true);
  print('You are shown as away. Type /back when you are here again.');
}

function back({ client, print }: SlashContext): void {
  client.setAway(false);
  print('You are shown as here again.');
}

async function unread({ client, print }: SlashContext): Promise<void> {
  const rows = (await counts(client)).filter((row) => row.unread > 0);
  for (const { room, unread: count } of rows) print(`  ${roomLabel(room)}  ${count} unread`);
  if (rows.length === 0) print('You have read everything.');
}

async function counts(client: SlashContext['client']) {
  return (await client.ask({ type: 'unread' })).rooms;
}
