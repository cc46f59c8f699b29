/** Transcripts: what the server says, what the client then sends, and what the user is told. */
import { describe, expect, it } from 'vitest';
import {
  TOKEN,
  hear,
  joined,
  makeSession,
  openSession,
  refusal,
  said,
  sent,
  stored,
  welcome,
} from '../../test/support/chat/transcript.ts';
import { fromHex } from '#protocol/bytes';
import { LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import type { ServerMessage } from '#protocol/messages';
import { ClientSession } from './session.ts';

describe('entering', () => {
  it('waits for the welcome, asks for name and room, and is ready when it has joined', () => {
    const session = makeSession({ room: 'Den' });
    expect(sent(session)).toEqual([]);
    session.connected();
    expect(sent(session)).toEqual([]);
    expect(hear(session, welcome)).toMatchObject([{ type: 'welcome', wire: 'plain' }]);
    expect(sent(session)).toEqual([{ type: 'join', room: 'den', name: 'ana', limit: 20 }]);
    expect(hear(session, joined({ room: 'den', messages: [stored(3), stored(4, 'ana')] }))).toMatchObject([
      { type: 'joined', room: 'den', resumed: false },
      { type: 'message', id: 3, own: false, replay: true },
      { type: 'message', id: 4, own: true, replay: true },
      { type: 'ready', name: 'ana', resumed: false },
    ]);
    expect(session.rooms).toEqual(['den']);
  });

  it('uses the assigned guest name when none was requested', () => {
    const session = new ClientSession({ refPrefix: 'r' });
    session.connected();
    hear(session, welcome);
    expect(sent(session)).toEqual([{ type: 'join', room: 'lobby', limit: 50 }]);
    hear(session, joined({ name: 'guest-7' }));
    expect(session.name).toBe('guest-7');
  });

  it('says that it was turned away, with the names that are free', () => {
    const session = makeSession();
    session.connected();
    hear(session, welcome);
    sent(session);
    expect(hear(session, refusal('name_taken', { suggestions: ['ana2'] }))).toEqual([
      {
        type: 'turned_away',
        refusal: { code: 'name_taken', message: 'refused: name_taken', suggestions: ['ana2'] },
      },
    ]);
  });

  it('asks for one message even if none is wanted, to know where a resume begins', () => {
    const session = makeSession({ historyLimit: 0 });
    session.connected();
    hear(session, welcome);
    expect(sent(session)).toMatchObject([{ limit: 1 }]);
    expect(hear(session, joined({ messages: [stored(41)], more: true })).map(({ type }) => type)).toEqual([
      'joined',
      'ready',
    ]);
    session.connected();
    hear(session, welcome);
    expect(sent(session)).toMatchObject([{ type: 'join', after: 41 }]);
  });
});

describe('saying', () => {
  it('sends under a ref of its own and answers at the acknowledgement', () => {
    const session = openSession();
    const key = session.say('hi');
    expect(sent(session)).toEqual([{ type: 'say', text: 'hi', room: 'lobby', ref: 'r-1' }]);
    expect(session.pending).toBe(1);
    expect(hear(session, { type: 'ack', ref: 'r-1', id: 9, room: 'lobby', ts: 5 })).toEqual([
      { type: 'answer', key, answer: { kind: 'sent', ref: 'r-1', id: 9, room: 'lobby', ts: 5 } },
    ]);
    expect(session.pending).toBe(0);
  });

  it('counts only messages as unacknowledged, whatever else has no answer', () => {
    const session = openSession();
    session.ping();
    session.ask({ type: 'who' });
    expect(session.pending).toBe(2);
    expect(session.unacknowledged).toBe(0);
    session.say('hi');
    sent(session);
    session.say('ho');
    expect(session.unacknowledged).toBe(2);
  });

  it('sends what is not acknowledged again on the next connection, in order and under the same refs', () => {
    const session = openSession();
    session.say('one');
    session.say('two');
    sent(session);
    hear(session, { type: 'ack', ref: 'r-1', id: 9, room: 'lobby', ts: 5 });
    session.disconnected();
    session.say('three');
    session.connected();
    hear(session, welcome);
    expect(sent(session)).toEqual([
      { type: 'join', room: 'lobby', name: 'ana', token: TOKEN, after: 0, limit: 100 },
    ]);
    expect(
      hear(session, joined({ messages: [stored(9, 'ana', 'one'), stored(10, 'ana', 'two')] })).map(
        ({ type }) => type,
      ),
    ).toEqual(['joined', 'ready']);
    expect(sent(session)).toMatchObject([
      { text: 'two', ref: 'r-2' },
      { text: 'three', ref: 'r-3' },
    ]);
  });

  it('keeps no more messages in flight than the server remembers refs for', () => {
    const session = openSession({ caps: { inFlight: 2 } });
    for (const text of ['one', 'two', 'three']) session.say(text);
    expect(sent(session)).toMatchObject([{ text: 'one' }, { text: 'two' }]);
    hear(session, { type: 'ack', ref: 'r-2', id: 9, room: 'lobby', ts: 5 });
    expect(sent(session)).toMatchObject([{ text: 'three' }]);
  });

  it('holds requests back when the server is busy, and continues in the old order', () => {
    const session = openSession();
    for (const text of ['one', 'two', 'three']) session.say(text);
    sent(session);
    expect(hear(session, refusal('busy', { ref: 'r-2' }), refusal('busy', { ref: 'r-1' }))).toEqual([
      { type: 'busy' },
      { type: 'busy' },
    ]);
    expect(sent(session)).toEqual([]);
    session.retry();
    expect(sent(session)).toMatchObject([{ ref: 'r-1' }, { ref: 'r-2' }]);
  });

  it('cancels a message only if it was never sent', () => {
    const session = openSession({ caps: { inFlight: 1 } });
    const [first, second] = [session.say('one'), session.say('two')];
    sent(session);
    expect([session.cancel(first), session.cancel(second)]).toEqual([false, true]);
    session.disconnected();
    expect(session.cancel(first)).toBe(false);
  });

  it('refuses at once what the protocol does not allow, and more than the outbox holds', () => {
    const session = openSession({ caps: { outbox: 2 } });
    expect(() => session.say('')).toThrow(LocalProtocolError);
    expect(() => session.say('\ud800')).toThrow(LocalProtocolError);
    expect(() => session.say('x'.repeat(4_001))).toThrow(LocalProtocolError);
    session.say('one');
    session.say('two');
    expect(() => session.say('three')).toThrow(RangeError);
  });
});

describe('rooms', () => {
  it('get nothing sent to them before they are entered', () => {
    const session = openSession();
    session.join('Den');
    session.say('hi', 'den');
    session.say('after', 'lobby');
    expect(sent(session)).toEqual([{ type: 'join', room: 'den', limit: 20 }]);
    hear(session, joined({ room: 'den' }));
    expect(sent(session)).toMatchObject([{ text: 'hi' }, { text: 'after' }]);
    expect(session.room).toBe('den');
  });

  it('are all entered again, except one that refuses', () => {
    const session = openSession();
    session.join('den');
    sent(session);
    hear(session, joined({ room: 'den', messages: [stored(4)] }));
    session.connected();
    hear(session, welcome);
    sent(session);
    hear(session, joined());
    expect(sent(session)).toEqual([{ type: 'join', room: 'den', after: 4, limit: 100 }]);
    expect(hear(session, refusal('too_many_rooms', { room: 'den' }))).toMatchObject([
      { type: 'left', room: 'den', reason: { code: 'too_many_rooms' } },
      { type: 'ready', resumed: true },
    ]);
    expect([session.rooms, session.room]).toEqual([['lobby'], 'lobby']);
  });

  it('are not entered again while being left', () => {
    const session = openSession();
    session.join('den');
    sent(session);
    hear(session, joined({ room: 'den' }));
    const key = session.leave();
    sent(session);
    session.connected();
    expect(hear(session, welcome)).toMatchObject([
      { type: 'left', room: 'den' },
      { type: 'answer', key },
      { type: 'welcome' },
    ]);
    sent(session);
    hear(session, joined());
    expect(sent(session)).toEqual([]);
  });

  it('are asked for one page each at a time, so that answers cannot be confused', () => {
    const session = openSession();
    const [first, second] = [session.history({ before: 9 }), session.history({ before: 5 })];
    expect(sent(session)).toEqual([{ type: 'history', room: 'lobby', before: 9 }]);
    expect(
      hear(session, { type: 'history', room: 'lobby', messages: [stored(8)], more: true }),
    ).toMatchObject([{ key: first }]);
    expect(sent(session)).toEqual([{ type: 'history', room: 'lobby', before: 5 }]);
    expect(hear(session, refusal('storage_failed', { room: 'lobby' }))).toMatchObject([
      { type: 'refused', key: second },
    ]);
  });

  it('know who is in them', () => {
    const session = openSession();
    hear(session, { type: 'member_joined', room: 'lobby', name: 'ben', via: 'tls' });
    expect(session.members()).toEqual({ names: ['ana', 'ben'], count: 2 });
    hear(session, { type: 'member_left', room: 'lobby', name: 'ben' });
    expect(session.members()).toEqual({ names: ['ana'], count: 1 });
  });

  it('report each of several that came and went if they are named, and their numbers otherwise', () => {
    const session = openSession();
    const [room, via] = ['lobby', 'psk'];
    const joined = ['ben', 'cy'].map((name) => ({ name, via }));
    expect(hear(session, { type: 'members_changed', room, count: 2, joined, left: ['ana'] })).toEqual([
      { type: 'member_joined', room, name: 'ben', via },
      { type: 'member_joined', room, name: 'cy', via },
      { type: 'member_left', room, name: 'ana' },
    ]);
    expect(session.members()).toEqual({ names: ['ben', 'cy'], count: 2 });
    const crowd = { type: 'members_changed' as const, room, count: 300, joined_count: 298, left_count: 0 };
    expect(hear(session, crowd)).toEqual([crowd]);
    expect(session.members()).toEqual({ names: ['ben', 'cy'], count: 300 });
  });
});

describe('a server that breaks the protocol', () => {
  const faults: [string, ServerMessage[]][] = [
    ['speaks another version', [{ ...welcome, protocol: 2 }]],
    ['says something before the welcome', [said(1)]],
    ['welcomes twice', [welcome, welcome]],
    ['lets in twice', [welcome, joined(), joined()]],
    ['lets into a room that was not asked for', [welcome, joined({ room: 'den' })]],
    ['speaks of a room that was never joined', [welcome, joined(), said(1, 'den')]],
    ['answers what was not asked', [welcome, joined(), { type: 'rooms', rooms: [] }]],
    [
      'sends a page that was not asked for',
      [welcome, joined(), { type: 'history', room: 'lobby', messages: [], more: false }],
    ],
    ['answers no ping', [welcome, joined(), { type: 'pong' }]],
  ];

  it.each(faults)('that %s is recognised', (_, messages) => {
    const session = makeSession();
    session.connected();
    expect(() => {
      for (const message of messages) {
        hear(session, message);
        sent(session);
      }
    }).toThrow(RemoteProtocolError);
  });

  it.each([
    ['frame_empty', '00000000'],
    ['frame_too_large', '7fffffff'],
    ['bad_utf8', '00000001 ff'],
    ['bad_json', '00000001 7b'],
    // {"type":"x"} and {"type":"ack"}
    ['unknown_type', '0000000c 7b2274797065223a2278227d'],
    ['bad_message', '0000000e 7b2274797065223a2261636b227d'],
  ])('gives %s', (code, hex) => {
    const session = openSession();
    session.push(fromHex(hex));
    expect(() => session.next()).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('reports the end inside a frame', () => {
    const session = openSession();
    session.push(fromHex('0000'));
    session.next();
    expect(() => session.end()).toThrow(expect.objectContaining({ code: 'frame_truncated' }) as Error);
  });

  it('passes on why it ends the connection', () => {
    expect(hear(openSession(), { type: 'bye', reason: 'shutting_down', text: 'Going.' })).toMatchObject([
      { type: 'ending', refusal: { code: 'shutting_down' } },
    ]);
    expect(hear(openSession(), refusal('replaced', { fatal: true }))).toMatchObject([
      { type: 'ending', refusal: { code: 'replaced' } },
    ]);
  });
});
