/** What is done about a person or a message from a menu. What others feel is asked about first. */
import { printable } from '#protocol/shown';
import type { CommandContext } from './commands/command.ts';
import { carryOut } from './commands/order.ts';
import type { MessageAction, PersonAction, Question } from './model/order.ts';
import type { ShownMessage } from './model/room-log.ts';

type Ask = (question: Question) => void;
/** Seconds of a mute from a menu; a command takes any other time. */
const MUTE_SECONDS = 600;

export async function actOnMessage(
  context: CommandContext,
  action: MessageAction,
  message: ShownMessage,
  ask: Ask,
): Promise<void> {
  const { session, tell } = context;
  const { id, from, text, own } = message;
  if (action === 'copy') {
    await navigator.clipboard.writeText(text);
    tell('Copied.');
  }
  if (action === 'delete')
    ask({
      title: own ? 'Delete your message?' : `Delete the message of ${printable(from)}?`,
      description: 'Its text goes from the server, for everyone. Who has read or recorded it keeps it.',
      confirm: 'Delete',
      run: () => session.present().ask({ type: 'delete', id }),
    });
  if (action === 'mute' || action === 'kick' || action === 'ban')
    await actOnPerson(context, action, from, ask);
}

export async function actOnPerson(
  context: CommandContext,
  action: PersonAction,
  name: string,
  ask: Ask,
): Promise<void> {
  const { session, talk, tell } = context;
  const [room, shown] = [talk.current.value, printable(name)];
  switch (action) {
    case 'message':
      return talk.open(`@${name}`);
    case 'invite':
      return tell((await session.present().ask({ type: 'invite', room, name })).text);
    case 'mute':
      return carryOut(context, { type: 'mute', name, seconds: MUTE_SECONDS });
    case 'kick':
      return ask({
        title: `Remove ${shown} from this room?`,
        description: 'The member is told, and may come back.',
        confirm: 'Remove',
        run: () => carryOut(context, { type: 'kick', name, room }),
      });
    case 'ban':
      return ask({
        title: `Ban ${shown}?`,
        description: 'The member is put out of the server until the ban is lifted: see “Bans and mutes”.',
        confirm: 'Ban',
        run: () => carryOut(context, { type: 'ban', name }),
      });
    case 'appoint': {
      const { members } = await session.present().ask({ type: 'who', room });
      const isUser = members.find((member) => member.name === name)?.role === 'user';
      return carryOut(context, { type: 'appoint', name, role: isUser ? 'moderator' : 'user' });
    }
    case 'mention':
  }
}
