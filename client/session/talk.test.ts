/** Transcripts of talk: private conversations, changes, other connections of the same account, answers by ref. */
import { FRAME_HEADER_LENGTH } from '#protocol/frame';
import { LIMITS } from '#protocol/limits';
import { parseClientMessage } from '#protocol/messages';
import { describe, expect, it } from 'vitest';
import {
  hear,
  joined,
  openSession,
  refusal,
  said,
  sent,
  stored,
  welcome,
} from '../../test/support/chat/transcript.ts';
import type { ServerMessage } from '#protocol/messages';
import type { ClientSession } from './session.ts';

const ack = (ref: string, id: number, room = 'lobby') => ({ type: 'ack', ref, id, room, ts: 5 }) as const;
const page = (room: string, ...ids: number[]): ServerMessage => ({
  type: 'history',
  room,
  messages: ids.map((id) => stored(id)),
  more: false,
});

/** Loses the connection, makes a new one, and enters the lobby again with these messages. */
function reconnected(session: ClientSession, messages: ReturnType<typeof stored>[] = []) {
  session.connected();
  hear(session, welcome);
  sent(session);
  return hear(session, joined({ messages }));
}

describe('a private conversation', () => {
  it('needs no join, and has one spelling', () => {
    const session = openSession();
    expect(hear(session, said(4, '@Ben'))).toMatchObject([
      { type: 'message', id: 4, room: '@ben', own: false },
    ]);
    session.say('hi', '@BEN');
    expect(sent(session)).toMatchObject([{ type: 'say', room: '@ben' }]);
    expect(hear(session, ack('r-1', 5, '@Ben'))).toMatchObject([{ answer: { kind: 'sent', room: '@ben' } }]);
    expect(session.rooms).toEqual(['lobby']);
  });

  it('is caught up after a lost connection, with live messages held back meanwhile', () => {
    const session = openSession();
    hear(session, said(4, '@ben'));
    reconnected(session);
    expect(sent(session)).toEqual([{ type: 'history', room: '@ben', after: 4, limit: 100 }]);
    expect(hear(session, said(7, '@ben'))).toEqual([]);
    expect(hear(session, page('@ben', 5, 6))).toMatchObject([
      { id: 5, replay: true },
      { id: 6, replay: true },
      { id: 7, replay: false },
    ]);
  });

  it('that begins with a message of the user shows a reply that arrived before the acknowledgement', () => {
    const session = openSession();
    session.say('hi', '@ben');
    sent(session);
    reconnected(session);
    expect(sent(session)).toMatchObject([{ type: 'say', room: '@ben' }]);
    hear(session, ack('r-1', 5, '@ben'));
    expect(sent(session)).toEqual([{ type: 'history', room: '@ben', after: 5, limit: 100 }]);
    expect(hear(session, page('@ben', 6))).toMatchObject([{ id: 6 }]);
  });

  it('that both begin at the same moment shows what the other said, too', () => {
    const session = openSession();
    session.say('hi', '@ben');
    sent(session);
    expect(hear(session, ack('r-1', 5, '@ben'), said(4, '@ben'))).toMatchObject([
      { answer: { kind: 'sent' } },
    ]);
    sent(session);
    expect(hear(session, page('@ben', 6))).toMatchObject([{ id: 6 }, { id: 4 }]);
  });

  it('whose peer is gone for good loses only its pages', () => {
    const session = openSession();
    hear(session, said(4, '@ben'));
    reconnected(session);
    sent(session);
    hear(session, said(7, '@ben'));
    expect(hear(session, refusal('no_such_member', { room: '@ben' }))).toMatchObject([{ id: 7 }]);
  });
});

describe('a session that pads', () => {
  const sizes = (padTo: number, ...texts: string[]): number[] => {
    const session = openSession({ padTo });
    return texts.map((text) => {
      session.say(text);
      const frame = session.output();
      expect(frame && parseClientMessage(frame.subarray(FRAME_HEADER_LENGTH))).toMatchObject({ text });
      return frame?.length ?? 0;
    });
  };

  it('fills its messages up, and they say the same', () => {
    expect(sizes(64, 'no', 'yes')).toEqual([FRAME_HEADER_LENGTH + 64, FRAME_HEADER_LENGTH + 64]);
    const [no, yes] = sizes(1, 'no', 'yes');
    expect(yes).toBe((no as number) + 1);
  });

  it('fills no more than a frame may hold', () => {
    expect(sizes(LIMITS.framePayload - 1, 'x'.repeat(4_000), 'no')).toEqual(
      Array(2).fill(FRAME_HEADER_LENGTH + LIMITS.framePayload - 1),
    );
    expect(sizes(LIMITS.framePayload + 1, 'no')).toEqual([FRAME_HEADER_LENGTH + LIMITS.framePayload]);
  });
});

describe('another connection of the same account', () => {
  it('says messages that count as the user’s own', () => {
    const session = openSession();
    const message = { type: 'message', room: 'lobby', ...stored(4, 'ana', 'from my other window') } as const;
    expect(hear(session, message)).toMatchObject([{ type: 'message', own: true }]);
  });

  it('is told from a lost acknowledgement by the ids, once these are known', () => {
    const session = openSession();
    session.say('again');
    sent(session);
    const catchingUp = reconnected(session, [
      stored(4, 'ana', 'again'),
      stored(5, 'ana', 'again'),
      stored(6),
    ]);
    expect(catchingUp.filter(({ type }) => type === 'message')).toMatchObject([{ id: 6 }]);
    sent(session);
    expect(hear(session, ack('r-1', 5))).toMatchObject([
      { type: 'answer', answer: { id: 5 } },
      { type: 'message', id: 4, own: true },
    ]);
  });

  it('is shown at once when no message of ours is in doubt', () => {
    const session = openSession();
    session.say('mine');
    sent(session);
    const message = { type: 'message', room: 'lobby', ...stored(4, 'ana', 'mine') } as const;
    expect(hear(session, message)).toMatchObject([{ id: 4, own: true }]);
  });
});

describe('changes', () => {
  const edited = { type: 'edited', room: 'lobby', id: 4, text: 'better', edited: 9, by: 'ben' } as const;

  it('of shown messages come out as they are; a change by the user is answered, too', () => {
    const session = openSession();
    hear(session, said(4));
    expect(hear(session, edited)).toEqual([edited]);
    const key = session.ask({ type: 'delete', id: 4 });
    sent(session);
    const deleted = { type: 'deleted', room: 'lobby', id: 4, by: 'ana' } as const;
    expect(hear(session, { ...deleted, ref: 'r-1' })).toMatchObject([{ type: 'answer', key }, deleted]);
  });

  it('of messages that are held back come out with them', () => {
    const session = openSession();
    hear(session, said(1, '@ben'));
    reconnected(session);
    sent(session);
    hear(session, said(4, '@ben'), { ...edited, room: '@ben' });
    expect(hear(session, page('@ben'))).toMatchObject([{ id: 4, text: 'better', edited: 9 }]);
  });
});

describe('requests with a ref', () => {
  it('are matched with their answers in any order', () => {
    const session = openSession();
    const [found, who] = [session.ask({ type: 'search', text: 'a' }), session.ask({ type: 'who' })];
    expect(sent(session)).toEqual([
      { type: 'search', text: 'a', ref: 'r-1' },
      { type: 'who', ref: 'r-2' },
    ]);
    expect(
      hear(
        session,
        { type: 'members', ref: 'r-2', room: 'lobby', count: 0, members: [] },
        { type: 'found', ref: 'r-1', messages: [], more: false },
      ),
    ).toMatchObject([{ key: who }, { key: found }]);
  });

  it('that change something are not sent twice; those that read are', () => {
    const session = openSession();
    const kick = session.ask({ type: 'kick', name: 'ben' });
    session.ask({ type: 'bans' });
    sent(session);
    session.disconnected();
    const later = session.ask({ type: 'kick', name: 'cem' });
    session.connected();
    expect(hear(session, welcome)).toMatchObject([
      { type: 'refused', key: kick, refusal: { code: 'connection_lost' } },
      { type: 'welcome' },
    ]);
    sent(session);
    hear(session, joined());
    expect(sent(session)).toMatchObject([{ type: 'bans' }, { type: 'kick', name: 'cem' }]);
    expect(later).toBeGreaterThan(kick);
  });

  it('typing is sent now or never, being away on every connection', () => {
    const session = openSession();
    session.typing();
    session.setAway(true);
    session.read('lobby', 4);
    expect(sent(session)).toEqual([
      { type: 'typing', room: 'lobby' },
      { type: 'presence', state: 'away' },
    ]);
    expect(session.pending).toBe(0);
    session.disconnected();
    session.typing();
    reconnected(session);
    expect(sent(session)).toEqual([{ type: 'presence', state: 'away' }]);
  });

  it('holds messages back for as long as the server says', () => {
    const session = openSession();
    session.say('too fast');
    sent(session);
    expect(hear(session, refusal('rate_limited', { ref: 'r-1', retry_after: 3 }))).toEqual([
      { type: 'busy', seconds: 3 },
    ]);
    session.retry();
    expect(sent(session)).toMatchObject([{ ref: 'r-1' }]);
  });

  it('a moderator who removes a member from a room is not an error of the server', () => {
    const session = openSession();
    session.join('den');
    sent(session);
    hear(session, joined({ room: 'den' }));
    expect(hear(session, { type: 'left', room: 'den' })).toMatchObject([
      { type: 'left', room: 'den', reason: { code: 'kicked' } },
    ]);
    expect(session.rooms).toEqual(['lobby']);
  });
});
