import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, utf8 } from './bytes.ts';
import { RemoteProtocolError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { type ClientMessage, encodeMessage, parseClientMessage, parseServerMessage } from './messages.ts';
import {
  CLIENT_EXAMPLES,
  PAGE,
  SERVER_EXAMPLES,
  STORED,
  TOKEN,
} from '../../test/support/chat/message-examples.ts';

const DIRECTIONS = [
  { from: 'a client', examples: CLIENT_EXAMPLES, parse: parseClientMessage },
  { from: 'the server', examples: SERVER_EXAMPLES, parse: parseServerMessage },
] as const;

for (const { from, examples, parse } of DIRECTIONS) {
  describe.each(Object.entries(examples))(`from ${from}: %s`, (type, { least, most }) => {
    it('is accepted with all fields that it may have, and with only those that it must have', () => {
      for (const fields of [least, most])
        expect(parse(json({ type, ...fields }))).toEqual({ type, ...fields });
    });

    it('loses unknown fields', () => {
      expect(parse(json({ type, ...least, extra: { a: 1 } }))).toEqual({ type, ...least });
    });

    it.each(Object.keys(least))('is refused without %s', (name) => {
      expect(refusal(parse, { type, ...least, [name]: undefined })).toMatchObject({
        code: 'bad_message',
        expected: `a field ${name}`,
        got: 'none',
      });
    });

    it.each(Object.keys(most))('is refused with %s of another type', (name) => {
      for (const wrong of [null, { a: 1 }]) {
        expect(refusal(parse, { type, ...most, [name]: wrong })).toMatchObject({
          code: 'bad_message',
          expected: expect.stringContaining(` in ${name}`),
        });
      }
    });
  });
}

describe('a payload is refused', () => {
  it.each([
    ['bad_utf8', 'ff'],
    ['bad_utf8', '7b2274797065223a22c0af227d'],
    ['bad_utf8', '7b2274797065223a22eda080227d'],
    ['bad_json', '7b'],
    ['bad_json', '7b2274797065223a2270696e67227d7d'],
    ['bad_json', 'efbbbf 7b2274797065223a2270696e67227d'],
    ['bad_json', '00'],
    ['bad_json', '4e614e'],
  ])('%s: %s', (code, hex) => {
    expect(refusalOf(() => parseClientMessage(fromHex(hex)))).toMatchObject({ code });
  });

  it.each([
    ['bad_message', null],
    ['bad_message', []],
    ['bad_message', 'ping'],
    ['bad_message', 1],
    ['bad_message', {}],
    ['bad_message', { type: null }],
    ['bad_message', { type: ['ping'] }],
    ['unknown_type', { type: '' }],
    ['unknown_type', { type: 'PING' }],
    ['unknown_type', { type: 'welcome' }],
    ['unknown_type', { type: 'toString' }],
    ['unknown_type', { type: 'constructor' }],
    ['unknown_type', { type: '__proto__' }],
  ])('%s: %j', (code, value) => {
    expect(refusal(parseClientMessage, value)).toMatchObject({ code });
  });

  it.each([
    ['an empty text', { type: 'say', text: '' }],
    ['a text above the cap', { type: 'say', text: 'x'.repeat(LIMITS.text + 1) }],
    ['a lone high surrogate', { type: 'say', text: 'a\ud800' }],
    ['a lone low surrogate', { type: 'say', text: '\udc00b' }],
    ['a room with a lone surrogate', { type: 'leave', room: '\ud83d' }],
    ['a room above the cap', { type: 'leave', room: 'r'.repeat(LIMITS.roomName + 1) }],
    ['a ref above the cap', { type: 'ping', ref: 'r'.repeat(LIMITS.ref + 1) }],
    ['a token in upper case', { type: 'join', token: TOKEN.toUpperCase() }],
    ['a token with a line end', { type: 'join', token: `${TOKEN}\n` }],
    ['a page above the cap', { type: 'history', limit: LIMITS.historyPage + 1 }],
    ['half a page', { type: 'history', limit: 1.5 }],
    ['a negative id', { type: 'history', before: -1 }],
    ['an id that a double cannot hold', { type: 'history', after: 2 ** 53 }],
    ['a number in a string', { type: 'history', after: '3' }],
  ])('bad_message: %s', (_, value) => {
    expect(refusal(parseClientMessage, value)).toMatchObject({ code: 'bad_message' });
  });

  it('bad_message: a fault deep inside, named by its place', () => {
    const message = { type: 'history', ...PAGE, messages: [STORED, { ...STORED, ts: 'now' }] };
    expect(refusal(parseServerMessage, message)).toMatchObject({
      code: 'bad_message',
      expected: expect.stringContaining('messages.1.ts'),
    });
  });

  it('without repeating what it said', () => {
    const secret = 'correct horse battery staple';
    const bad = [
      utf8(`{"type":"say","text":"${secret}"`),
      utf8(secret),
      json({ type: 'say', text: secret, room: { secret } }),
    ];
    for (const payload of bad) {
      const error = refusalOf(() => parseClientMessage(payload));
      expect(`${error.message} ${error.expected} ${error.got}`).not.toContain('horse');
    }
  });
});

describe('a hostile payload', () => {
  it('cannot reach any prototype', () => {
    const payload = utf8(
      '{"type":"ping","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    const message = parseClientMessage(payload);
    expect(message).toEqual({ type: 'ping' });
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('does not get its type from a prototype', () => {
    expect(refusalOf(() => parseClientMessage(utf8('{"__proto__":{"type":"ping"}}'))).code).toBe(
      'bad_message',
    );
  });

  it.each(['[', '{"a":'])('may nest %j as deep as a frame allows', (opening) => {
    const depth = Math.floor((LIMITS.framePayload - 40) / opening.length);
    const open = utf8(opening.repeat(depth));
    expect(refusalOf(() => parseClientMessage(open)).code).toBe('bad_json');
  });

  it('may nest deep and close again', () => {
    const half = Math.floor((LIMITS.framePayload - 40) / 2);
    const nested = `{"type":"say","text":${'['.repeat(half)}${']'.repeat(half)}}`;
    expect(refusalOf(() => parseClientMessage(utf8(nested))).code).toBe('bad_message');
  });

  it('takes the last of two equal keys, as JSON.parse does', () => {
    expect(parseClientMessage(utf8('{"type":"bye","type":"ping"}'))).toEqual({ type: 'ping' });
  });

  it('of any bytes gives a message or a RemoteProtocolError', () => {
    const bytes = fc.oneof(fc.uint8Array({ minLength: 1 }), fc.json().map(utf8), fc.object().map(json));
    fc.assert(
      fc.property(bytes, (payload) => {
        try {
          expect(parseClientMessage(payload)).toHaveProperty('type');
        } catch (error) {
          expect(error).toBeInstanceOf(RemoteProtocolError);
        }
      }),
    );
  });
});

describe('text', () => {
  it('of any well-formed characters goes there and back', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 200 })
      .filter((given) => given.isWellFormed());
    fc.assert(
      fc.property(text, (given) => {
        const say: ClientMessage = { type: 'say', text: given };
        expect(parseClientMessage(encodeMessage(say))).toEqual(say);
      }),
    );
  });

  it('is UTF-8 on the wire, and keeps a byte-order mark', () => {
    const payload = concat([utf8('{"type":"say","text":"'), fromHex('efbbbf e282ac f09f9880'), utf8('"}')]);
    expect(parseClientMessage(payload)).toEqual({ type: 'say', text: '\uFEFF€😀' });
  });

  it('of exactly the cap fits, in the widest characters too', () => {
    const text = '€'.repeat(LIMITS.text);
    expect(parseClientMessage(json({ type: 'say', text }))).toEqual({ type: 'say', text });
    expect(json({ type: 'say', text }).length).toBeLessThan(LIMITS.framePayload);
  });
});

function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

type Parse = (payload: Uint8Array) => unknown;

function refusal(parse: Parse, value: unknown): RemoteProtocolError {
  return refusalOf(() => parse(json(value)));
}

function refusalOf(action: () => unknown): RemoteProtocolError {
  try {
    action();
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
  throw new Error('it was taken');
}
