/** `unban`: lifts the bans of a name, of an address, or of both. */
import { lift } from './impose.ts';
import { announce } from './notice.ts';
import { cleanRange } from '../../addresses.ts';
import { canModerate } from '../ranks.ts';
import { type Command, audit, done, withoutUndefined, refuse } from '../command.ts';
import { inForce } from '../../sanctions.ts';
import type { Client } from '#protocol/messages';
import { nameKey } from '#protocol/names';

export const unban: Command<Client<'unban'>> = (context, { name, address, ref }) => {
  const range = address === undefined ? undefined : cleanRange(address.trim());
  if (range === undefined && (address !== undefined || name === undefined))
    return refuse(context.session, 'bad_address', withoutUndefined({ ref, got: address }));
  const key = name === undefined ? undefined : nameKey(name);
  const bans = inForce(context.state, context.now).filter(
    (one) =>
      one.kind === 'ban' &&
      ((key !== undefined && one.key === key) || (range !== undefined && one.address === range)),
  );
  return lift(context, bans, ref, (lifted, then) => {
    const subject = [name, range].filter((one) => one !== undefined).join(' and ');
    // The banned one is not here. The other moderators are told that it need not be kept out any more.
    const moderators = [...then.state.sessions.values()].filter(canModerate).map(({ id }) => id);
    return [
      audit(then, 'moderation.unbanned', { subject }),
      announce(then, { event: 'unbanned', did: `lifted the ban on ${subject}`, name }, moderators),
      done(then.session, 'unban', ref, `Bans lifted: ${lifted.length}.`),
    ];
  });
};
