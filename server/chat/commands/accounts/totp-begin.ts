/** `totp_begin`: returns the secret for a second factor, which takes effect once a code made with it has been shown. */
import { confirmPassword } from './own.ts';
import { type Command, ask, withoutUndefined, reply } from '../command.ts';
import type { Client } from '#protocol/messages';

export const totpBegin: Command<Client<'totp_begin'>> = (context, { password, ref }) =>
  confirmPassword(context, { password, ref }, ({ name }, _login, confirmed) =>
    ask(confirmed, 'newSecondFactor', { name, ref }, ({ secret, uri }, { session }) => {
      session.newSecret = secret;
      return [reply(session, withoutUndefined({ type: 'totp' as const, ref, secret, uri }))];
    }),
  );
