/** Transcripts of changes that were made while there was no connection. */
import { describe, expect, it } from 'vitest';
import { hear, joined, makeSession, sent, stored, welcome } from '../../test/support/chat/transcript.ts';
import type { Server } from '#protocol/messages';
import type { ClientSession } from './session.ts';

const edited = (id: number, change?: number): Server<'edited'> => ({
  type: 'edited',
  room: 'lobby',
  id,
  text: `changed ${id}`,
  edited: 9,
  by: 'ben',
  ...(change !== undefined && { change }),
});
const deleted = (id: number, change: number): Server<'deleted'> => ({
  type: 'deleted',
  room: 'lobby',
  id,
  by: 'ben',
  change,
});

/** A session in the lobby, whose last message is 5 and whose last change has this number. */
function inLobby(changed: number | undefined): ClientSession {
  const session = makeSession();
  session.connected();
  hear(session, welcome);
  sent(session);
  hear(session, joined({ messages: [stored(5)], ...(changed !== undefined && { changed }) }));
  return session;
}

function comeBack(session: ClientSession): ReturnType<typeof sent> {
  session.disconnected();
  session.connected();
  hear(session, welcome);
  return sent(session);
}

const told = (session: ClientSession, ...messages: Parameters<typeof hear>[1][]) =>
  hear(session, ...messages).flatMap((event) =>
    event.type === 'edited' || event.type === 'deleted' ? [[event.type, event.id]] : [],
  );

describe('a session that comes back', () => {
  it('asks for the changes since, and reports each once', () => {
    const session = inLobby(7);
    expect(comeBack(session)).toMatchObject([{ type: 'join', room: 'lobby', after: 5, changed_after: 7 }]);
    expect(told(session, joined({ changed: 9 }), edited(3, 8), deleted(4, 9))).toEqual([
      ['edited', 3],
      ['deleted', 4],
    ]);
    // The change that was already reported was on its way to the room at the same time.
    expect(told(session, deleted(4, 9), edited(5, 10))).toEqual([['edited', 5]]);
    expect(comeBack(session)).toMatchObject([{ changed_after: 10 }]);
  });

  it('does not report changes that the first page already has', () => {
    const session = inLobby(7);
    expect(told(session, edited(5, 7), edited(5, 8))).toEqual([['edited', 5]]);
  });

  it('says when there were more changes than the server reports', () => {
    const session = inLobby(0);
    comeBack(session);
    expect(hear(session, joined({ changed: 200, more_changed: true }))).toContainEqual(
      expect.objectContaining({ type: 'joined', resumed: true, more_changed: true }),
    );
  });

  it('counts from the start with a server whose count is behind, and not at all with one that does not count', () => {
    const session = inLobby(7);
    comeBack(session);
    expect(told(session, joined({ changed: 2 }), edited(5, 3))).toEqual([['edited', 5]]);
    const old = inLobby(undefined);
    expect(told(old, edited(5), edited(5))).toEqual([
      ['edited', 5],
      ['edited', 5],
    ]);
    expect(comeBack(old)[0]).not.toHaveProperty('changed_after');
  });
});
