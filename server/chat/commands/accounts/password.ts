/** `password`: changes the password. All other login sessions end, for one of them may be the reason for the change. */
import { endConnections } from './ending.ts';
import { confirmPassword, isIn } from './own.ts';
import { type Command, type Context, ask, audit, done, withoutUndefined, refuse } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Login } from '../../sessions.ts';
import type { Client } from '#protocol/messages';

type Change = Client<'password'>;

export const password: Command<Change> = (context, message) => {
  const { old, new: fresh, ref } = message;
  return confirmPassword(context, { password: old, ref }, ({ name }, login, confirmed) =>
    ask(confirmed, 'passwordFlaw', { password: fresh, name, ref }, (flaw, then) => {
      if (!flaw) return change(then, login, message);
      const suggestions = [flaw.flaw, ...flaw.advice];
      return refuse(then.session, 'weak_password', withoutUndefined({ ref, suggestions }));
    }),
  );
};

function change(context: Context, login: Login, { new: fresh, ref }: Change): Effect[] {
  const { id } = login.account;
  return ask(context, 'hashPassword', { password: fresh, trusted: true, ref }, (passwordHash, then) => {
    if (!isIn(then, login)) return refuse(then.session, 'session_unknown', withoutUndefined({ ref }));
    return ask(then, 'setPassword', { id, passwordHash, ref }, (_, last) => [
      audit(last, 'account.password_changed', { subject: login.account.name }),
      ...endOthers(last, login, ref),
    ]);
  });
}

function endOthers(
  context: Context,
  { account: { id: account }, session: own }: Login,
  ref: string | undefined,
) {
  const others = { account, ids: 'all', except: own.id, ref } as const;
  return ask(context, 'endSessions', others, (ended, then) => [
    ...endConnections(then, account, ended),
    done(
      then.session,
      'password',
      ref,
      `The password has been changed; other login sessions ended: ${ended.length}.`,
    ),
  ]);
}
