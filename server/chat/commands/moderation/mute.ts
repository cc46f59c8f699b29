/** `mute`: for a time, the member can read but not speak. */
import { impose } from './impose.ts';
import { announce, because, lasting } from './notice.ts';
import { linesOf, noSuchRoom, withLesser } from './whom.ts';
import { cleanRange } from '../../addresses.ts';
import { type Command, audit, done } from '../command.ts';
import { roomNamed } from '../talk/access.ts';
import type { ChatState } from '../../state.ts';
import { isLoopback } from '#protocol/addresses';
import type { Client } from '#protocol/messages';
import { nameKey } from '#protocol/names';

export const mute: Command<Client<'mute'>> = (context, message) => {
  const { name: whom, seconds, reason, ref } = message;
  return withLesser(context, { name: whom, ref }, (person, found) => {
    const room = message.room === undefined ? undefined : roomNamed(found.state, message.room)?.name;
    if (message.room !== undefined && room === undefined) return noSuchRoom(found, message.room, ref);
    const { author, name } = person;
    const order = {
      kind: 'mute',
      author,
      name,
      key: nameKey(name),
      address: networkOf(found.state, author),
      room,
      reason,
    } as const;
    return impose(found, order, { ref, seconds }, ({ until }, then) => {
      const where = room === undefined ? '' : ` in #${room}`;
      const did = `muted ${name}${where}${lasting(seconds)}`;
      return [
        audit(then, 'moderation.muted', {
          subject: name,
          ...(room !== undefined && { room }),
          detail: because(`${seconds} seconds`, reason),
        }),
        announce(then, { event: 'muted', did, person, room, reason, until }),
        done(then.session, 'mute', ref, `You ${did}.`),
      ];
    });
  });
};

/** The member's address. Loopback does not say where anyone is, because taps and proxies connect from there. */
function networkOf(state: ChatState, author: string): string | undefined {
  const address = linesOf(state, author).at(-1)?.address;
  return address === undefined || isLoopback(address) ? undefined : cleanRange(address);
}
