/** Sending messages, and looking at earlier ones. */
import { LIMITS } from '#protocol/limits';
import { isProtected } from '#protocol/wires';
import { clean, lineOptions, messageLine } from '../format.ts';
import { type Args, SlashError, idArg, nameArg, roomArg } from '#session/typed-arguments';
import { type SlashCommand, type SlashContext, sayAndShow, warnOfTap } from './command.ts';

export const TALK: readonly SlashCommand[] = [
  {
    name: 'msg',
    aliases: ['dm', 'tell', 'whisper'],
    usage: '/msg NAME [TEXT]',
    help: 'send a private message to one member; without TEXT it is asked for',
    completes: ['members', 'members'],
    run: msg,
  },
  {
    name: 'reply',
    usage: '/reply ID TEXT',
    help: 'reply to a message; ID is the number shown before it',
    completes: [[], 'members'],
    run: reply,
  },
  {
    name: 'edit',
    usage: '/edit ID TEXT',
    help: 'edit one of your messages',
    completes: [[], 'members'],
    run: edit,
  },
  { name: 'delete', usage: '/delete ID', help: 'delete one of your messages', run: remove },
  {
    name: 'history',
    usage: '/history [COUNT|more]',
    help: 'show the last messages of this room, or those before the ones shown',
    completes: [['more']],
    run: history,
  },
  {
    name: 'search',
    usage: '/search WORDS',
    help: 'find messages in the rooms you are in; "quoted words" must follow each other',
    run: search,
  },
];

async function msg(context: SlashContext, { words, text }: Args): Promise<void> {
  const name = nameArg(words[0], '/msg NAME [TEXT]');
  const said = text(1) ?? (await askPrivately(context, name));
  if (said === undefined || said.trim() === '') return;
  warnOfReaders(context);
  await sayAndShow(context, said, { room: `@${name}` });
}

/** Asks for the text of a private message, after a warning where others can read it. */
async function askPrivately(context: SlashContext, name: string): Promise<string | undefined> {
  warnOfReaders(context);
  return context.ask(`To ${clean(name)} alone: `);
}

/** Clients whose user has been warned who else can read private messages, and on which wire. */
const warned = new WeakMap<object, string>();

/** Warns who else can read a private message, before the first one on this wire. */
function warnOfReaders(context: SlashContext): void {
  const { client, colors, print } = context;
  if (warned.get(client) === client.wire) return;
  warned.set(client, client.wire);
  warnOfTap(context);
  if (!isProtected(client.wire))
    print(colors.yellow('! On the plain wire anyone between here and the server can read it, too.'));
}

async function reply(context: SlashContext, { words, text }: Args): Promise<void> {
  const replyTo = idArg(words[0], '/reply ID TEXT');
  const said = text(1);
  if (said === undefined) throw new SlashError('/reply ID TEXT');
  await sayAndShow(context, said, { replyTo });
}

async function edit({ client }: SlashContext, { words, text }: Args): Promise<void> {
  const id = idArg(words[0], '/edit ID TEXT');
  const better = text(1);
  if (better === undefined) throw new SlashError('/edit ID TEXT; to delete it: /delete ID');
  await client.edit(id, better);
}

async function remove({ client }: SlashContext, { words }: Args): Promise<void> {
  await client.ask({ type: 'delete', id: idArg(words[0], '/delete ID') });
}

async function history(context: SlashContext, { words: [what = '20'] }: Args): Promise<void> {
  const { client, colors, print, oldest } = context;
  const more = what.toLowerCase() === 'more';
  const limit = more ? 20 : Number(what);
  if (!Number.isInteger(limit) || limit < 1)
    throw new SlashError(`${clean(what)} is not a number of messages, nor "more"`);
  const before = more ? oldest.get(client.room) : undefined;
  const page = await client.history({
    limit: Math.min(limit, LIMITS.historyPage),
    ...(before !== undefined && { before }),
  });
  for (const message of page.messages)
    print(messageLine({ ...message, room: page.room }, colors, lineOptions(client)));
  const [first] = page.messages;
  if (first) oldest.set(page.room, first.id);
  if (!first) print(more ? 'There is nothing before that.' : 'Nothing has been said here yet.');
  else if (page.more) print(colors.dim('  (there is more before that: /history more)'));
}

async function search({ client, colors, print }: SlashContext, { text, words }: Args): Promise<void> {
  const wanted = text(0);
  if (wanted === undefined) throw new SlashError('/search WORDS');
  const [first, ...rest] = words;
  const inRoom = first?.startsWith('#') && rest.length > 0 ? roomArg(first) : undefined;
  const found = await client.ask({
    type: 'search',
    text: inRoom === undefined ? wanted : (text(1) ?? wanted),
    limit: 20,
    ...(inRoom !== undefined && { room: inRoom }),
  });
  for (const message of found.messages.toReversed()) print(messageLine(message, colors, lineOptions(client)));
  if (found.messages.length === 0) print('Nothing was found.');
  else if (found.more) print(colors.dim('  (there are more, older ones)'));
}
