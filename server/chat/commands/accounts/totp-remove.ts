/** `totp_remove`: removes the second factor. */
import { confirmPassword } from './own.ts';
import { type Command, ask, audit, done, withoutUndefined, refuse } from '../command.ts';
import type { Client } from '#protocol/messages';

export const totpRemove: Command<Client<'totp_remove'>> = (context, { password, ref }) =>
  confirmPassword(context, { password, ref }, ({ id, secondFactor }, _login, confirmed) => {
    if (!secondFactor) return refuse(confirmed.session, 'no_second_factor', withoutUndefined({ ref }));
    return ask(confirmed, 'setSecondFactor', { id, secondFactor: undefined, ref }, (_, then) => [
      audit(then, 'second_factor.removed'),
      done(then.session, 'totp_remove', ref, 'Your logins no longer need a code.'),
    ]);
  });
