/** `sessions`: lists the login sessions of the account. */
import { withLogin } from './own.ts';
import { type Command, ask, withoutUndefined, reply } from '../command.ts';
import type { Client } from '#protocol/messages';

export const sessions: Command<Client<'sessions'>> = (context, { ref }) =>
  withLogin(context, ref, ({ account, session: own }) =>
    ask(context, 'sessionsOf', { account: account.id, now: context.now, ref }, (list, { session }) => {
      const open = new Set([...account.connections].map(({ login }) => login?.session.id));
      const shown = [...list]
        .sort((a, b) => b.created - a.created)
        .map(({ id, created, seen, via, address }) => {
          return { id, created, seen, via, address, connected: open.has(id), current: id === own.id };
        });
      return [reply(session, withoutUndefined({ type: 'sessions' as const, ref, sessions: shown }))];
    }),
  );
