import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '#client/chat-client';
import { ChatError } from '#client/errors';
import { clean, clock, colorName, jsonLine, messageLine } from './format.ts';
import { noticeLine } from './notices.ts';

const plain = pc.createColors(false);

describe('text from others', () => {
  it.each([
    ['colours', '\x1b[31mred\x1b[0m', 'red'],
    ['a window title', '\x1b]0;title\x07text', 'text'],
    ['a bell and a backspace', 'a\x07b\x08c', 'abc'],
    ['a one-byte CSI', '\x9b2Jgone', 'gone'],
    ['a lone escape', 'a\x1b', 'a'],
    ['lines', 'one\r\ntwo\nthree', 'one ⏎ two ⏎ three'],
    ['a reversed direction', 'exe.\u202egnp', 'exe.gnp'],
    ['letters of all kinds', 'größer 日本 👍🏽 שלום', 'größer 日本 👍🏽 שלום'],
  ])('loses %s', (_, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it('never keeps a control character', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}/u.test(clean(text))));
  });
});

describe('lines', () => {
  const ts = new Date(2026, 0, 2, 3, 4, 5).getTime();

  it('show when, where, who and what', () => {
    const line = messageLine({ id: 12, ts, room: 'lobby', from: 'ben', text: 'hi' }, plain);
    expect(line).toBe('2026-01-02 03:04:05 #lobby ben: hi');
    expect(clock(ts, ts + 1)).toBe('03:04:05');
  });

  it.each([
    [{}, '·12 #lobby ben: hi'],
    [{ reply_to: 9 }, '·12 #lobby ben: ↳·9 hi'],
    [{ room: '@ben', edited: ts }, '·12 @ben ben: hi (edited)'],
    [{ text: '', deleted: true as const }, '·12 #lobby ben: (deleted)'],
  ])('name a message by its number, and what became of it: %o', (change, shown) => {
    const message = { id: 12, ts, room: 'lobby', from: 'ben', text: 'hi', ...change };
    expect(messageLine(message, plain, { ids: true })).toBe(`2026-01-02 03:04:05 ${shown}`);
  });

  it('highlight the user’s name where it is a whole word', () => {
    const colors = pc.createColors(true);
    const line = messageLine({ id: 1, ts, room: 'r', from: 'ben', text: 'Ana, not anatomy' }, colors, {
      me: 'ana',
    });
    expect(line).toContain(`${colors.inverse('Ana')}, not anatomy`);
    const marked = (text: string, me: string) =>
      messageLine({ id: 1, ts, room: 'r', from: 'ben', text }, colors, { me }).includes(colors.inverse(me));
    expect([marked('hi a.b!', 'a.b'), marked('hi axb!', 'a.b'), marked('größer-ß', 'ß')]).toEqual([
      true,
      false,
      true,
    ]);
    // Guests' names have a hyphen, and no character of a name has a special meaning in the pattern.
    for (const name of ['misty-newt', String.raw`!"#$%&'()*+,-./:;<=>?@[\]^_{|}~`, '`'])
      expect(marked(`ask ${name}, please`, name)).toBe(true);
  });

  it.each([
    [
      { type: 'edited', room: 'den', id: 7, text: 'new\n', edited: 1, by: 'ben' },
      '* ·7 #den edited by ben: new ⏎ ',
    ],
    [{ type: 'deleted', room: '@ben', id: 7, by: 'mod' }, '* ·7 @ben deleted by mod'],
    [{ type: 'deleted', room: '@?', id: 7, by: 'mod' }, '* ·7 a private conversation deleted by mod'],
    [{ type: 'presence', name: 'ben', state: 'away' }, '* ben is away'],
    [{ type: 'invited', room: 'den', by: 'ben' }, '* ben invites you to #den: /join den'],
    [{ type: 'typing', room: 'den', name: 'ben' }, undefined],
    [{ type: 'unread', rooms: [{ room: 'den', unread: 0, read: 3, last: 3 }] }, undefined],
    [
      { type: 'unread', rooms: ['den', '@ben'].map((room) => ({ room, unread: 2, read: 1, last: 3 })) },
      '* unread: #den 2, @ben 2',
    ],
  ] as [ChatEvent, string | undefined][])('tell of %o', (event, line) => {
    expect(noticeLine(event, plain)).toBe(line);
  });

  it('colour a name the same way every time', () => {
    const colors = pc.createColors(true);
    expect(colorName('ben', colors)).toBe(colorName('ben', colors));
    expect(colorName('ben', colors)).toContain('\x1b[');
  });

  it('say once in full why there is no connection, and then only that there still is none', () => {
    const error = new ChatError('connection_refused', { address: { wire: 'tls', host: 'h', port: 1 } });
    const waiting = {
      type: 'state',
      wire: 'tls',
      host: 'h',
      port: 1,
      state: 'waiting',
      delay: 500,
      error,
    } as const;
    expect(noticeLine({ ...waiting, attempt: 1 }, plain)).toMatch(
      /^! h:1 \(tls wire\): the connection was refused\..*0\.5 s\.$/,
    );
    expect(noticeLine({ ...waiting, attempt: 2 }, plain)).toBe(
      '! still no connection (connection_refused); next attempt (2) in 0.5 s',
    );
  });
});

describe('JSON', () => {
  it('is one line, and contains nothing that a terminal obeys', () => {
    const line = jsonLine({ text: 'a\n\x1b[31m\x9b2J\u2028' });
    expect(line).toBe('{"text":"a\\n\\u001b[31m\\u009b2J\\u2028"}');
    expect(JSON.parse(line)).toEqual({ text: 'a\n\x1b[31m\x9b2J\u2028' });
  });

  it('shows an error by code and message', () => {
    expect(JSON.parse(jsonLine({ error: new ChatError('no_key') }))).toEqual({
      error: { code: 'no_key', message: expect.stringContaining('no shared key') as string },
    });
  });
});
