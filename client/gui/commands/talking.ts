/** Commands for what is said, for rooms and for this window. */
import { WIRE_NAMES } from '#protocol/wires';
import { SlashError, idArg, nameArg, required, roomArg } from '#session/typed-arguments';
import type { Command } from './command.ts';

export const TALK: readonly Command[] = [
  {
    name: 'msg',
    aliases: ['dm', 'tell', 'whisper'],
    usage: '/msg NAME [TEXT]',
    help: 'send a private message to one member',
    completes: ['members', 'members'],
    run: async ({ talk }, { words, text }) => {
      const room = `@${nameArg(words[0], '/msg NAME [TEXT]')}`;
      await talk.open(room);
      const said = text(1);
      if (said !== undefined) talk.say(said);
    },
  },
  {
    name: 'reply',
    usage: '/reply ID TEXT',
    help: 'reply to a message by its number',
    completes: [[], 'members'],
    run: ({ talk }, { words, text }) => {
      const replyTo = idArg(words[0], '/reply ID TEXT');
      const said = text(1);
      if (said === undefined) throw new SlashError('/reply ID TEXT');
      talk.say(said, { replyTo });
    },
  },
  {
    name: 'edit',
    usage: '/edit ID TEXT',
    help: 'edit one of your messages',
    completes: [[], 'members'],
    run: async ({ session }, { words, text }) => {
      const id = idArg(words[0], '/edit ID TEXT');
      const better = text(1);
      if (better === undefined) throw new SlashError('/edit ID TEXT; to delete it: /delete ID');
      await session.present().edit(id, better);
    },
  },
  {
    name: 'delete',
    usage: '/delete ID',
    help: 'delete one of your messages',
    run: async ({ session }, { words }) => {
      await session.present().ask({ type: 'delete', id: idArg(words[0], '/delete ID') });
    },
  },
  {
    name: 'history',
    usage: '/history',
    help: 'load messages before those shown',
    run: ({ talk }) => talk.older(),
  },
  {
    name: 'search',
    usage: '/search WORDS',
    help: 'find messages in the rooms you are in; "quoted words" must follow each other',
    run: ({ show }, { text }) => show('search', text(0) ?? ''),
  },
];

export const ROOMS: readonly Command[] = [
  {
    name: 'join',
    usage: '/join ROOM|@NAME',
    help: 'enter a room or a private conversation, or return to one',
    completes: ['rooms'],
    run: ({ talk }, { words }) => talk.join(roomArg(required(words[0], '/join ROOM'))),
  },
  {
    name: 'leave',
    usage: '/leave [ROOM]',
    help: 'leave a room',
    completes: ['rooms'],
    run: ({ talk }, { words }) => talk.leave(roomArg(words[0] ?? talk.current.value)),
  },
  {
    name: 'create',
    usage: '/create ROOM [invite]',
    help: 'make a permanent room; with invite, only for those you invite',
    completes: [[], ['invite']],
    run: async ({ session, talk, tell }, { words: [word, access] }) => {
      const usage = '/create ROOM [invite]';
      if (access !== undefined && access !== 'invite') throw new SlashError(usage);
      const room = roomArg(required(word, usage));
      tell((await session.present().ask({ type: 'create', room, access: access ?? 'public' })).text);
      await talk.join(room);
    },
  },
  {
    name: 'invite',
    usage: '/invite NAME',
    help: 'invite a member to this room',
    completes: ['members'],
    run: async ({ session, talk, tell }, { words }) => {
      const name = nameArg(words[0], '/invite NAME');
      tell((await session.present().ask({ type: 'invite', room: talk.current.value, name })).text);
    },
  },
  {
    name: 'uninvite',
    usage: '/uninvite NAME',
    help: 'withdraw an invitation to this room',
    completes: ['members'],
    run: async ({ session, talk, tell }, { words }) => {
      const name = nameArg(words[0], '/uninvite NAME');
      tell((await session.present().ask({ type: 'uninvite', room: talk.current.value, name })).text);
    },
  },
  {
    name: 'remove',
    usage: '/remove',
    help: 'remove a permanent room, and what was said in it',
    run: ({ show }) => show('rooms'),
  },
  {
    name: 'rooms',
    usage: '/rooms',
    help: 'list the rooms, and how much is unread in them',
    run: ({ show }) => show('rooms'),
  },
  { name: 'who', usage: '/who', help: 'list who is here', run: ({ show }) => show('people') },
  {
    name: 'away',
    usage: '/away',
    help: 'show others that you are away from the keyboard',
    run: ({ session, tell }) => {
      session.present().setAway(true);
      tell('You are shown as away. Type /back when you are here again.');
    },
  },
  {
    name: 'back',
    usage: '/back',
    help: 'show others that you are back',
    run: ({ session, tell }) => {
      session.present().setAway(false);
      tell('You are shown as here again.');
    },
  },
  {
    name: 'unread',
    usage: '/unread',
    help: 'list the rooms with unread messages',
    run: ({ show }) => show('rooms'),
  },
];

export const GENERAL: readonly Command[] = [
  {
    name: 'wire',
    usage: '/wire [NAME]',
    help: `switch to another wire (${WIRE_NAMES.join(', ')}) without losing the conversation`,
    completes: ['wires'],
    run: ({ show }, { words: [name] }) => show('wire', name ?? ''),
  },
  { name: 'quit', usage: '/quit', help: 'leave', run: ({ session }) => session.logOut(false) },
  {
    name: 'help',
    usage: '/help',
    help: 'show this list',
    completes: ['commands'],
    run: ({ show }) => show('help'),
  },
];
