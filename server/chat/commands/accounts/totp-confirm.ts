/** `totp_confirm`: a code shows that the authenticator has the secret. From then on, logins need the second factor. */
import { isIn, withLogin } from './own.ts';
import { digest } from './proof.ts';
import { newRecoveryCodes, recoveryText } from './recovery.ts';
import { type Command, type Context, ask, audit, withoutUndefined, refuse, reply } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { SecondFactor } from '../../records.ts';
import type { Login } from '../../sessions.ts';
import type { Client } from '#protocol/messages';

export const totpConfirm: Command<Client<'totp_confirm'>> = (context, { code, ref }) =>
  withLogin(context, ref, (login) => {
    const secret = context.session.newSecret;
    if (secret === undefined) return refuse(context.session, 'no_second_factor', withoutUndefined({ ref }));
    return ask(context, 'codeStep', { secret, code, now: context.now, ref }, (step, then) => {
      const { session } = then;
      if (!isIn(then, login) || session.newSecret !== secret)
        return refuse(session, 'no_second_factor', withoutUndefined({ ref }));
      if (step === undefined) return refuse(session, 'second_factor_wrong', withoutUndefined({ ref }));
      session.newSecret = undefined;
      return add(then, login, { secret, lastStep: step }, ref);
    });
  });

function add(
  context: Context,
  { account: { id } }: Login,
  factor: Omit<SecondFactor, 'recovery'>,
  ref: string | undefined,
): Effect[] {
  const codes = newRecoveryCodes(context);
  const recovery = codes.map((code) => digest(recoveryText(code)));
  return ask(context, 'setSecondFactor', { id, secondFactor: { ...factor, recovery }, ref }, (_, then) => [
    audit(then, 'second_factor.added'),
    reply(then.session, withoutUndefined({ type: 'recovery_codes' as const, ref, codes })),
  ]);
}
