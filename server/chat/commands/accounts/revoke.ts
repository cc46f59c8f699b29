/** `revoke`: ends login sessions of the member's own account, on any device. */
import { endConnections } from './ending.ts';
import { withLogin } from './own.ts';
import { type Command, ask, audit, done, withoutUndefined, refuse } from '../command.ts';
import type { Client } from '#protocol/messages';

export const revoke: Command<Client<'revoke'>> = (context, { session: which, ref }) =>
  withLogin(context, ref, ({ account: { id: account }, session: own }) => {
    const others = which === 'others';
    const wanted = others ? ({ ids: 'all', except: own.id } as const) : { ids: [which] };
    return ask(context, 'endSessions', { account, ...wanted, ref }, (ended, then) => {
      const { session } = then;
      if (ended.length === 0 && !others) return refuse(session, 'session_unknown', withoutUndefined({ ref }));
      return [
        ...ended.map((id) => audit(then, 'session.revoked', { detail: id })),
        done(session, 'revoke', ref, `Login sessions ended: ${ended.length}.`),
        ...endConnections(then, account, ended),
      ];
    });
  });
