/** `logout`: ends this login session. The connection stays open, as a guest where guests may talk. */
import { comeOut, endConnections } from './ending.ts';
import { withLogin } from './own.ts';
import { type Command, ask, audit, done, isHere } from '../command.ts';
import { guestName } from '../../names.ts';
import type { Client } from '#protocol/messages';

export const logout: Command<Client<'logout'>> = (context, { ref }) =>
  withLogin(context, ref, ({ account: { id: account }, session: { id } }) =>
    ask(context, 'endSessions', { account, ids: [id], ref }, (_, then) => {
      const { state, session, random, now } = then;
      // Another connection of the same login session may have been faster.
      if (!isHere(then) || session.login?.session.id !== id) return [];
      const line = audit(then, 'session.ended', { detail: id });
      const others = endConnections(then, account, [id], { spared: session });
      const left = comeOut(state, session, now);
      state.renameGuest(
        session,
        guestName(random, (candidate) => state.isTaken(candidate, now)),
      );
      return [line, ...others, ...left, done(session, 'logout', ref, 'You are logged out.')];
    }),
  );
