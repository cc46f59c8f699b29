import { describe, expect, it } from 'vitest';
import { ciphertextStart } from '#channel/psk/bodies';
import { SUITES, type Suite, suiteByName } from '#channel/psk/suites';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { DEMO_KEY, pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { Dissection } from '../index.ts';
import { unitsIn, wireRanges } from '../fields/locate.ts';
import type { TapEvent, WireRecord } from '../model.ts';

const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'hello' }));
const PONG = encodeFrame(encodeMessage({ type: 'pong' }));
const TALK = { c2s: [SAY, SAY.subarray(0, 7), SAY.subarray(7)], s2c: [PONG] };

function dissect(events: readonly TapEvent[], options = {}): readonly WireRecord[] {
  const dissection = new Dissection(options);
  dissection.addAll(events);
  return dissection.records(1);
}
const lines = (records: readonly WireRecord[]): string[] =>
  records.map(({ dir, title, state }) => `${dir} ${title} ${state}`);

/** The same events with the last bytes of the nth chunk changed. */
function flipped(events: readonly TapEvent[], chunk: number, at: number): TapEvent[] {
  let n = 0;
  return events.map((event) => {
    if (event.kind !== 'chunk' || n++ !== chunk) return event;
    const bytes = event.bytes.slice();
    const place = (at + bytes.length) % bytes.length;
    bytes[place] = (bytes[place] as number) ^ 0x01;
    return { ...event, bytes };
  });
}

describe('the psk wire', () => {
  it('is opened with the secret of the key log', () => {
    const records = dissect(pskConversation(TALK));
    expect(lines(records)).toEqual([
      'c2s client_hello clear',
      's2c server_hello clear',
      'c2s client_finished clear',
      'c2s say opened',
      's2c pong opened',
      'c2s data opened',
      'c2s say opened',
      'c2s alert: done opened',
    ]);
    expect(records[3]?.plain && toHex(records[3].plain)).toBe(toHex(SAY));
    expect(records.map((record) => record.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('shows the handshake in fields', () => {
    const [hello, answer] = dissect(pskConversation(TALK));
    expect(hello?.fields.map(({ name, value, start, end }) => [name, value, start, end])).toEqual([
      ['type', 'client_hello', 0, 1],
      ['length', 40, 1, 4],
      ['sequence', 0, 4, 12],
      ['version', 1, 12, 13],
      ['client_nonce', '01'.repeat(32), 13, 45],
      ['suites_length', 1, 45, 46],
      ['suites', 'aes-256-gcm', 46, 47],
      ['key_id_length', 4, 47, 48],
      ['key_id', 'demo', 48, 52],
    ]);
    expect(answer?.fields.find((field) => field.name === 'suite')?.value).toBe('aes-256-gcm');
  });

  describe.each(SUITES)('with the suite $name', (suite: Suite) => {
    const events = pskConversation(TALK, suite);

    it('is opened with the secret of the key log, and with the shared key', () => {
      const opened = [
        'c2s say opened',
        's2c pong opened',
        'c2s data opened',
        'c2s say opened',
        'c2s alert: done opened',
      ];
      expect(lines(dissect(events)).slice(3)).toEqual(opened);
      const dissection = new Dissection();
      dissection.addAll(events.filter(({ kind }) => kind !== 'secret'));
      dissection.addKeys([{ kind: 'psk', id: DEMO_KEY.id, key: DEMO_KEY.key }]);
      expect(lines(dissection.records(1)).slice(3)).toEqual(opened);
    });

    it('opens nothing with another secret', () => {
      const line = `WIREGLASS_PSK_PRK ${'01'.repeat(32)} ${toHex(DEMO_KEY.key)}`;
      const others = events.filter(({ kind }) => kind !== 'secret');
      const records = dissect([...others, { kind: 'secret', time: 0, line }]).slice(3);
      expect(records.map(({ state }) => state)).toEqual(Array(5).fill('wrong-key'));
    });

    it('shows the parts of a body as the suite lays them out, over all of its bytes', () => {
      const record = dissect(events)[3] as WireRecord;
      const parts = record.fields.slice(3);
      expect(parts.map(({ name }) => name)).toEqual(suite.body.map(({ name }) => name));
      expect(parts[0]?.start).toBe(12);
      expect(parts.at(-1)?.end).toBe(record.raw.length);
      parts.slice(1).forEach((part, i) => expect(part.start).toBe(parts[i]?.end));
    });

    it('leads from the text to the ciphertext that carries it', () => {
      const record = dissect(events)[3] as WireRecord;
      const [placed] = unitsIn(record);
      // The text ends with a quote and the closing brace.
      const [range] = wireRanges(record, placed?.path ?? [], SAY.length - 8, SAY.length - 1);
      const start = 12 + ciphertextStart(suite.body) + SAY.length - 8;
      expect(range).toEqual({ start, end: start + 7 });
    });

    it('says that it is weak, and why, wherever it shows, or does not', () => {
      const dissection = new Dissection();
      dissection.addAll(events);
      const records = dissection.records(1);
      const noteIn = (at: number, name: string): string =>
        records[at]?.fields.find((field) => field.name === name)?.note ?? '';
      const notes = [noteIn(0, 'suites'), noteIn(1, 'suite'), noteIn(3, 'ciphertext')];
      const cipher = dissection.flows[0]?.cipher ?? '';
      expect(cipher).toContain(suite.name);
      for (const place of [cipher, ...notes]) {
        expect(/weak/i.test(place)).toBe(suite.weak !== undefined);
        expect(place).toContain(suite.weak ?? '');
      }
    });
  });

  it('shows a padding error in the clear on a connection that goes on', () => {
    const events = pskConversation(TALK, suiteByName('aes-256-cbc'));
    const damaged = flipped(events, 3, -1);
    const alert = fromHex('15 000001 0000000000000000 0f');
    const at = damaged.findIndex(
      (event) => event.kind === 'chunk' && event.dir === 's2c' && event.bytes[0] === 0x17,
    );
    const answer = { kind: 'chunk', flow: 1, dir: 's2c', time: 1_004, bytes: alert } as const;
    const records = dissect([...damaged.slice(0, at), answer, ...damaged.slice(at)]);
    expect(lines(records).slice(3)).toEqual([
      'c2s data wrong-key',
      's2c alert: bad_padding clear',
      's2c pong opened',
      'c2s data opened',
      'c2s say opened',
      'c2s alert: done opened',
    ]);
    expect(records[3]?.reason).toMatch(/^the padding does not fit .*changed on its way/);
  });

  it('opens a replayed record again where nothing counts them', () => {
    const events = pskConversation(TALK, suiteByName('aes-256-gcm-static'));
    const data = events.filter((event) => event.kind === 'chunk')[3] as TapEvent;
    const records = dissect([...events.slice(0, events.indexOf(data) + 1), data]);
    expect(lines(records).slice(3)).toEqual(['c2s say opened', 'c2s say opened']);
  });

  it('puts a frame together from two records', () => {
    const records = dissect(pskConversation(TALK));
    expect(records[5]).toMatchObject({ unfinished: 7, inner: [] });
    expect(records[6]?.inner).toMatchObject([{ title: 'say', start: -7, state: 'was-sealed' }]);
    expect(toHex(records[6]?.inner[0]?.bytes ?? new Uint8Array())).toBe(toHex(SAY));
    expect(records[6]?.unfinished).toBeUndefined();
  });

  it('leads from a field of a frame to the ciphertext that carries it', () => {
    const record = dissect(pskConversation(TALK))[3] as WireRecord;
    const [placed] = unitsIn(record);
    const text = placed?.unit.fields[1]?.children?.find((field) => field.name === 'text');
    expect(wireRanges(record, placed?.path ?? [], text?.start ?? 0, text?.end ?? 0)).toEqual([
      { start: 12 + SAY.length - 8, end: 12 + SAY.length - 1 },
    ]);
    expect(toHex(record.plain?.subarray(SAY.length - 8, SAY.length - 1) ?? new Uint8Array())).toBe(
      toHex(utf8('"hello"')),
    );
  });

  it('stays closed to Eve, who sees the same records', () => {
    const events = pskConversation(TALK);
    const [open, closed] = [dissect(events), dissect(events, { keys: false })];
    expect(closed.map(({ raw, offset }) => [toHex(raw), offset])).toEqual(
      open.map(({ raw, offset }) => [toHex(raw), offset]),
    );
    expect(lines(closed).slice(3)).toEqual([
      'c2s data no-key',
      's2c data no-key',
      'c2s data no-key',
      'c2s data no-key',
      'c2s alert no-key',
    ]);
    expect(closed.slice(3).some((record) => record.plain ?? record.inner.length > 0)).toBe(false);
    expect(closed[3]?.reason).toBe('no secret for the client nonce 01010101… is at hand');
  });

  it('stays closed to another secret', () => {
    const secret = `WIREGLASS_PSK_PRK ${'01'.repeat(32)} ${toHex(DEMO_KEY.key)}`;
    const events = pskConversation(TALK).filter((event) => event.kind !== 'secret');
    const records = dissect([...events, { kind: 'secret', time: 0, line: secret }]);
    expect(records.slice(3).map((record) => record.state)).toEqual(Array(5).fill('wrong-key'));
    expect(records[3]).toMatchObject({
      reason: 'the secret at hand is not the one of this session',
      inner: [],
    });
  });

  it('shows which record was changed on its way, and opens the others', () => {
    const records = dissect(flipped(pskConversation(TALK), 3, -1));
    expect(lines(records).slice(3, 5)).toEqual(['c2s data wrong-key', 's2c pong opened']);
    expect(records[3]?.reason).toMatch(/changed on its way/);
    expect(records[3]?.plain).toBeUndefined();
  });

  it('does not take a replayed record for a new one', () => {
    const events = pskConversation(TALK);
    const data = events.filter((event) => event.kind === 'chunk')[3] as TapEvent;
    const records = dissect([...events.slice(0, events.indexOf(data) + 1), data]);
    expect(lines(records).slice(3)).toEqual(['c2s say opened', 'c2s data malformed']);
    expect(records[4]?.reason).toBe('this sequence number has been used already (number 0, expected 1)');
  });

  it('says why a recording that began too late stays closed', () => {
    const events = pskConversation(TALK);
    const records = dissect([...events.slice(0, 1), ...events.slice(6)]);
    expect(records[0]).toMatchObject({ state: 'no-key' });
    expect(records[0]?.reason).toMatch(/the handshake of this connection was not seen/);
  });

  it.each([
    [
      'a client hello in the wrong direction',
      's2c',
      '01000028',
      'a record of this type is not allowed at this point',
    ],
    [
      'a number in a record that is not sealed',
      'c2s',
      '010000280000000000000001',
      'the record does not have the shape its type demands (number 1, expected 0)',
    ],
    ['an unknown type', 'c2s', '47455420', 'the bytes are not a record of the psk wire'],
    [
      'an oversized handshake',
      'c2s',
      '01000201',
      'the announced record length is above the cap (513, at most 512)',
    ],
  ] as const)('is malformed with %s', (_name, dir, header, reason) => {
    const hello = pskConversation(TALK)
      .find((event) => event.kind === 'chunk')
      ?.bytes.slice() as Uint8Array;
    hello.set(Uint8Array.from(header.match(/../g) ?? [], (digits) => parseInt(digits, 16)));
    const [record] = dissect([
      {
        kind: 'flow',
        flow: 1,
        wire: 'psk',
        time: 0,
        client: { address: '::1', port: 1 },
        server: { address: '::1', port: 2 },
      },
      { kind: 'chunk', flow: 1, dir, time: 0, bytes: hello },
    ]);
    expect(record).toMatchObject({ state: 'malformed', reason });
  });
});
