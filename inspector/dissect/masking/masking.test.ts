import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, showUtf8, utf8 } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { encodeFrame } from '#protocol/frame';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { Dissection } from '../index.ts';
import { maskRecord } from './masking.ts';
import type { Direction, Inner, TapEvent, WireRecord } from '../model.ts';

const SECRET = 'correct horse';
const LOGIN = encodeFrame(utf8(`{"type":"login","name":"mia","password":"${SECRET}"}`));
const ENDS = { client: { address: '127.0.0.1', port: 50_000 }, server: { address: '127.0.0.1', port: 5555 } };

/** Records of what one side says on the plain wire, in these segments. */
function plainRecords(dir: Direction, ...segments: readonly Uint8Array[]): WireRecord[] {
  const chunks = segments.map((bytes): TapEvent => ({ kind: 'chunk', flow: 1, dir, time: 2, bytes }));
  return records([
    { kind: 'flow', flow: 1, wire: 'plain', time: 1, ...ENDS },
    ...chunks,
    { kind: 'end', flow: 1, dir, time: 3, how: 'fin' },
  ]);
}

const records = (events: readonly TapEvent[]): WireRecord[] => {
  const dissection = new Dissection();
  dissection.addAll(events);
  return [...dissection.records(1)];
};
const STACKS = { plain: ['frame'], psk: ['psk', 'frame'] } as const;
const masked = (record: WireRecord, wire: keyof typeof STACKS) => maskRecord(record, STACKS[wire]);
const frameText = (json: string, dir: Direction = 'c2s') => {
  const [record] = plainRecords(dir, encodeFrame(utf8(json)));
  const { record: shown, secrets } = masked(record as WireRecord, 'plain');
  return { text: showUtf8(shown.raw.subarray(4)), secrets };
};
const flat = (fields: readonly Field[]): string[] =>
  fields.flatMap(({ name, value, children }) => [`${name} = ${value}`, ...flat(children ?? [])]);

/** Everything that a view could show of a record, as text. */
function everything({ raw, plain, fields, inner }: WireRecord): string {
  const ofInner = (unit: Inner): string =>
    [unit.bytes, unit.plain].map((bytes) => showUtf8(bytes ?? new Uint8Array())).join('\n') +
    flat(unit.fields).join('\n') +
    unit.inner.map(ofInner).join('\n');
  const bytes = [raw, plain ?? new Uint8Array()].map(showUtf8);
  return [...bytes, ...flat(fields), ...inner.map(ofInner)].join('\n');
}

describe('a masked record', () => {
  it('has asterisks in the place of a password, and its fields where they were', () => {
    const [record] = plainRecords('c2s', LOGIN);
    const { record: shown, secrets } = masked(record as WireRecord, 'plain');
    expect(showUtf8(shown.raw.subarray(4))).toBe('{"type":"login","name":"mia","password":"*************"}');
    expect(flat(shown.fields)).toEqual([
      'length = 56',
      'payload = {"type":"login","name":"mia","password":"*************"}',
      'type = login',
      'name = mia',
      'password = ••••••••',
    ]);
    expect(shown.raw).toHaveLength(LOGIN.length);
    expect(secrets).toBe(1);
  });

  it('is the record itself when it holds no secret', () => {
    const [record] = plainRecords(
      'c2s',
      encodeFrame(utf8('{"type":"say","text":"the password is swordfish"}')),
    );
    expect(masked(record as WireRecord, 'plain')).toEqual({ record, secrets: 0 });
    expect(masked(record as WireRecord, 'plain').record).toBe(record);
  });

  it.each([
    [
      'both passwords of a change',
      '{"type":"password","old":"abc","new":"defg"}',
      '{"type":"password","old":"***","new":"****"}',
      2,
    ],
    [
      'an escaped name',
      '{"type":"login","name":"a","pass\\u0077ord":"abc"}',
      '{"type":"login","name":"a","pass\\u0077ord":"***"}',
      1,
    ],
    [
      'a quote inside',
      '{"type":"login","name":"a","password":"a\\"b"}',
      '{"type":"login","name":"a","password":"****"}',
      1,
    ],
    [
      'a password that is no string',
      '{"type":"login","name":"a","password":1234}',
      '{"type":"login","name":"a","password":****}',
      1,
    ],
    [
      'a message of no known type',
      '{"type":"logon","password":"abc"}',
      '{"type":"logon","password":"***"}',
      1,
    ],
    [
      'a field that the message does not have',
      '{"type":"say","text":"x","token":"abc"}',
      '{"type":"say","text":"x","token":"***"}',
      1,
    ],
    ['JSON that is not closed', '{"type":"login","password":"abc"', '{"type":"login","password":"***"', 1],
    ['a string that is not closed', '{"type":"login","password":"abc', '{"type":"login","password":"***', 1],
  ])('has no secret of %s', (_what, json, text, secrets) => {
    expect(frameText(json)).toEqual({ text, secrets });
  });

  it('has no secret that the server gives out', () => {
    expect(frameText('{"type":"recovery_codes","codes":["aa-bb","cc-dd"]}', 's2c').text).toMatch(
      /^\{"type":"recovery_codes","codes":\*+\}$/,
    );
    expect(frameText('{"type":"totp","secret":"ABC","uri":"otpauth:"}', 's2c').text).toBe(
      '{"type":"totp","secret":"***","uri":"********"}',
    );
    const refused = '{"type":"auth_failed","code":"auth_failed","message":"no"}';
    expect(frameText(refused, 's2c')).toEqual({ text: refused, secrets: 0 });
  });

  it('keeps the sealed bytes of an opened record, which betray nothing, and masks what they decrypt to', () => {
    const sealed = records(pskConversation({ c2s: [LOGIN], s2c: [] })).find(({ title }) => title === 'login');
    const { record, secrets } = masked(sealed as WireRecord, 'psk');
    expect(record.raw).toEqual(sealed?.raw);
    expect(showUtf8(record.plain?.subarray(4) ?? new Uint8Array())).toContain('"password":"*************"');
    expect(everything(record)).not.toContain(SECRET);
    expect(secrets).toBe(1);
  });

  it('masks the part of a message that a later record completes, unless its type has no secret', () => {
    const say = encodeFrame(utf8('{"type":"say","text":"hello there"}'));
    const parts = [LOGIN.subarray(0, 50), LOGIN.subarray(50), say.subarray(0, 28), say.subarray(28)];
    const sealed = records(pskConversation({ c2s: parts, s2c: [] })).filter(
      ({ plain }) => plain && plain.length > 1,
    );
    const shown = sealed.map((record) => masked(record, 'psk').record);
    expect(
      shown.map(({ plain }) =>
        showUtf8(plain ?? new Uint8Array())
          .slice(-46)
          .replace(/^[^]{0,4}\{/, '{'),
      ),
    ).toEqual([
      '**********************************************',
      '********"}',
      '{"type":"say","text":"he',
      'llo there"}',
    ]);
  });

  it('shows nothing of a secret, wherever the records are cut', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: LOGIN.length - 1 }), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, (places) => {
        const ends = [...places.sort((a, b) => a - b), LOGIN.length];
        const parts = ends.map((end, i) => LOGIN.subarray(ends[i - 1] ?? 0, end));
        for (const record of records(pskConversation({ c2s: parts, s2c: [] }))) {
          const shown = masked(record, 'psk').record;
          expect(shown.plain?.length).toBe(record.plain?.length);
          // A part of two characters may stand anywhere.
          const text = everything(shown);
          for (let at = 0; at + 4 <= SECRET.length; at++)
            expect(text).not.toContain(SECRET.slice(at, at + 4));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (junk, framed) => {
        const bytes = framed && junk.length > 0 ? encodeFrame(concat([utf8('{"password":"'), junk])) : junk;
        for (const record of plainRecords('c2s', bytes)) {
          expect(masked(record, 'plain').record.raw).toHaveLength(record.raw.length);
        }
      }),
    );
  });
});
