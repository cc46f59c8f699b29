import { beforeAll, describe, expect, it } from 'vitest';
import pc from 'picocolors';
import * as v from 'valibot';
import { Dissection } from '#dissect/index';
import type { Direction, TapEvent } from '#dissect/model';
import { concat, fromHex, utf8 } from '#wire/bytes';
import { encodeFrame } from '#wire/frame';
import { encodeMessage } from '#wire/messages';
import { pskConversation } from '../../test/support/psk-conversation.ts';
import { Carriers } from './carriers.ts';
import { followLines, hexdump } from './follow-view.ts';
import { DERIVATION, RECORD, STATS } from './json-shape.ts';
import { recordObject } from './record-object.ts';
import { listLines } from './record-text.ts';
import { scheduleLines, scheduleObjects } from './schedule-view.ts';
import { statsObjects } from './stats-objects.ts';
import { statsLines } from './stats-view.ts';
import { PLAIN, type Terminal, columnsOf } from './terminal.ts';
import { treeLines } from './tree-view.ts';

const HELLO = encodeFrame(encodeMessage({ type: 'say', text: 'hello' }));
const PONG = encodeFrame(encodeMessage({ type: 'pong' }));
const TALK = pskConversation({ c2s: [HELLO], s2c: [PONG] });
const COUNTED = { packets: 16, skipped: [{ reason: 'not TCP', count: 2 }] };
const TERMINAL: Terminal = { colors: pc.createColors(true), width: 80 };

/** Flow 1 with these bytes, a segment each, on a wire that nobody named. */
function flow(...segments: readonly (readonly [Direction, Uint8Array])[]): TapEvent[] {
  const client = { address: '192.0.2.1', port: 40_000 };
  const server = { address: '192.0.2.2', port: 80 };
  let time = 1_000;
  return [
    { kind: 'flow', flow: 1, time, client, server },
    ...segments.map(([dir, bytes]) => ({ kind: 'chunk', flow: 1, dir, time: ++time, bytes }) as const),
  ];
}

function dissected(events: readonly TapEvent[], keys = true): Dissection {
  const dissection = new Dissection({ keys });
  dissection.addAll(events);
  return dissection;
}

const text = (lines: Iterable<string>): string => [...lines].join('\n');
// eslint-disable-next-line no-control-regex -- colours are control sequences
const uncoloured = (line: string): string => line.replace(/\u001b\[\d+m/g, '');

describe('--tree', () => {
  it('shows each layer with boundaries of its own', () => {
    const lines = text(treeLines({ dissection: dissected(TALK) }, { ...PLAIN, notes: false })).split('\n\n');
    expect(lines[4]).toMatch(
      new RegExp(
        [
          '^#1\\.3 → say {2}opened {2}0\\.004000 s',
          // 52 bytes of client hello and 44 of client finished came before; 12 of header and 16 of tag are around.
          '  segments {2}1 segment',
          '    0–60        segment 3  61 bytes: 96–156 of the stream, 0.004000 s',
          '  record psk  61 bytes: 96–156 of c2s',
          '    0           type        data \\(23\\)',
          '    1–3         length      49',
          '    4–11        sequence    0',
          '    12–44       ciphertext  [0-9a-f]{66}',
          '    45–60       tag         [0-9a-f]{32}',
          '  frame  33 bytes: plain 0–32, wire 12–44',
          '    0–3         length   29',
          '    4–32        payload  {"type":"say","text":"hello"}',
          '  message  bytes of the frame',
          '    12–16       type  say',
          '    25–31       text  hello$',
        ].join('\n'),
      ),
    );
  });

  it('explains each field on demand', () => {
    const [plain, explained] = [false, true].map((notes) =>
      text(treeLines({ dissection: dissected(TALK) }, { ...PLAIN, notes })),
    );
    expect(plain).not.toContain('Eve sees how long each message is');
    expect(explained).toContain('Eve sees how long each message is');
  });

  it('fits the terminal, and keeps every value whole when piped', () => {
    const long = pskConversation({
      c2s: [encodeFrame(encodeMessage({ type: 'say', text: '世'.repeat(300) }))],
      s2c: [],
    });
    const selection = { dissection: dissected(long) };
    const fields = [...treeLines(selection, { ...TERMINAL, notes: true })].filter((line) =>
      uncoloured(line).startsWith('    '),
    );
    expect(Math.max(...fields.map((line) => columnsOf(uncoloured(line))))).toBe(80);
    expect(text(treeLines(selection, { ...PLAIN, notes: false }))).toContain('世'.repeat(300));
  });

  it('marks what is malformed, with the reason', () => {
    const events = flow(['c2s', concat([HELLO, fromHex('00000003 7b7b7d')])]);
    const shown = text(treeLines({ dissection: dissected(events) }, { ...PLAIN, notes: false }));
    expect(shown).toMatch(/^ {4}malformed: .+$/m);
    expect(shown).toMatch(/^ {4}\S+ +fault {2}✗ .+$/m);
  });

  it('says which bytes belong to a later record', () => {
    const [first, second] = [HELLO.subarray(0, 10), HELLO.subarray(10)];
    const events = pskConversation({ c2s: [first, second], s2c: [] });
    const shown = text(treeLines({ dissection: dissected(events) }, { ...PLAIN, notes: false }));
    expect(shown).toContain('the last 10 bytes begin what a later record completes');
    expect(shown).toContain('frame  33 bytes: begun in an earlier record, wire 12–34');
  });
});

describe('segments of a record', () => {
  const records = (events: readonly TapEvent[]) => {
    const dissection = dissected(events);
    const carriers = new Carriers(dissection);
    return dissection.records(1).map((record) => carriers.of(record).map(({ time: _, ...rest }) => rest));
  };

  it('are those with bytes of it, from which place to which', () => {
    const both = concat([HELLO, HELLO]);
    // Two records of 33 bytes in segments of 20, 30 and 16, with one of the other side between them.
    const events = flow(
      ['c2s', both.slice(0, 20)],
      ['s2c', PONG],
      ['c2s', both.slice(20, 50)],
      ['c2s', both.slice(50)],
    );
    const [pong, first, second] = records(events);
    expect(pong).toEqual([{ index: 1, offset: 0, length: 19, start: 0, end: 19 }]);
    expect(first).toEqual([
      { index: 0, offset: 0, length: 20, start: 0, end: 20 },
      { index: 2, offset: 20, length: 30, start: 20, end: 33 },
    ]);
    expect(second).toEqual([
      { index: 2, offset: 20, length: 30, start: 0, end: 17 },
      { index: 3, offset: 50, length: 16, start: 17, end: 33 },
    ]);
  });

  it('count what is missing, and leave it out', () => {
    const gap: TapEvent = { kind: 'gap', flow: 1, dir: 'c2s', time: 1_010, length: 7 };
    const events = [...flow(['c2s', HELLO]), gap, ...flow(['c2s', HELLO]).slice(1)];
    expect(records(events).flat()).toEqual([
      { index: 0, offset: 0, length: 33, start: 0, end: 33 },
      { index: 2, offset: 40, length: 33, start: 0, end: 33 },
    ]);
  });
});

describe('--follow', () => {
  const followed = (events: readonly TapEvent[], keys = true): string[] =>
    [...followLines({ dissection: dissected(events, keys) }, 1, PLAIN)].slice(2);

  it('tells who said what, the protection taken away', () => {
    expect(followed(TALK)).toEqual([
      '→ client  (psk client_hello, 52 bytes)',
      '← server  (psk server_hello, 78 bytes)',
      '→ client  (psk client_finished, 44 bytes)',
      '→ client  {"type":"say","text":"hello"}',
      '← server  {"type":"pong"}',
      '→ client  (psk alert: done, 29 bytes)',
    ]);
  });

  it('gives length and reason of what stays closed', () => {
    expect(followed(TALK, false)[3]).toMatch(/^→ client {2}\[61 bytes, no-key: .*client nonce.*\]$/);
  });

  it('shows text by its lines and all else as a hexdump, one stretch for each turn', () => {
    const events = flow(
      ['c2s', utf8('GET /a HTTP/1.1\r\nHo')],
      ['c2s', utf8('st: x\u001b[2J\r\n')],
      ['s2c', fromHex('ff 00 01 48 69')],
    );
    expect(followed(events)).toEqual([
      '→ client  GET /a HTTP/1.1',
      '→ client  Host: x·[2J',
      '← server  00000000  ff 00 01 48 69                                   |...Hi|',
    ]);
  });

  it('goes on after a malformed unit', () => {
    const events = flow(['c2s', concat([HELLO, fromHex('00000000')])], ['s2c', PONG]);
    expect(followed(events)).toEqual([
      '→ client  {"type":"say","text":"hello"}',
      expect.stringMatching(/^→ client {2}\[4 bytes, malformed: .+\]$/),
      '→ client  00000000  00 00 00 00                                      |....|',
      '← server  {"type":"pong"}',
    ]);
  });

  it('colours the sides apart on a terminal', () => {
    const lines = [...followLines({ dissection: dissected(TALK) }, 1, TERMINAL)];
    expect(lines.find((line) => line.includes('hello"'))).toContain(pc.createColors(true).cyan('→ client'));
    expect(lines.find((line) => line.includes('pong'))).toContain(pc.createColors(true).magenta('← server'));
  });

  it('lists the flows when there is none of that number', () => {
    expect(() => followLines({ dissection: dissected(TALK) }, 2, PLAIN)).toThrow(
      /^there is no flow 2; these are the flows of this file:\n {2}flow 1 {2}psk/,
    );
  });

  it('dumps sixteen bytes a row', () => {
    expect([...hexdump(utf8('0123456789abcdef!'))]).toEqual([
      '00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  |0123456789abcdef|',
      '00000010  21                                               |!|',
    ]);
  });
});

describe('--stats', () => {
  it('counts bytes, records, states and what the protection adds', () => {
    const [one, all] = [...statsObjects({ dissection: dissected(TALK) }, COUNTED)] as [object, object];
    expect(one).toMatchObject({
      flow: 1,
      what: 'psk',
      segments: 6,
      records: 6,
      sealed: 0,
      bytes: { c2s: 52 + 44 + 61 + 29, s2c: 78 + 47 },
      duration: 8,
      // The two frames: 33 and 19 bytes.
      plain: 52,
      overhead: 5.981,
    });
    expect(all).toMatchObject({ flow: null, packets: 16, records: 6 });
  });

  it('does not guess what stays closed', () => {
    const [one] = [...statsObjects({ dissection: dissected(TALK, false) }, COUNTED)];
    expect(one).toMatchObject({ sealed: 3, plain: null, overhead: null });
    expect(text(statsLines({ dissection: dissected(TALK, false) }, COUNTED, PLAIN))).toContain(
      'Records stay closed',
    );
  });

  it('is a table for people', () => {
    const lines = [...statsLines({ dissection: dissected(TALK) }, COUNTED, PLAIN)];
    expect(lines[0]).toBe('flow  what  seconds  segments  to server  to client  records  closed  wire/plain');
    expect(lines[1]).toBe('1     psk     0.008         6        186        125        6       0        5.98');
    expect(lines).toContain('1     →  psk       data             opened        1     61');
    expect(lines.at(-1)).toBe('Not read: 2 × not TCP.');
    expect(lines.at(-3)).toBe('Sizes of the records on the wire: 5 of up to 64 bytes, 1 of 65 to 256 bytes.');
  });

  it('has an overhead of one where nothing protects', () => {
    const [one] = [...statsObjects({ dissection: dissected(flow(['c2s', HELLO])) }, COUNTED)];
    expect(one).toMatchObject({ plain: 33, overhead: 1 });
  });
});

describe('--keyschedule', () => {
  it('lists each value with what goes in and a command, and marks what the wire confirms', () => {
    const shown = text(scheduleLines({ dissection: dissected(TALK) }, { ...PLAIN, notes: false }));
    // Both confirmations crossed, and both fit.
    expect(shown.match(/^ {2}✓ confirmation of the (client|server)/gm)).toHaveLength(2);
    expect(shown).toMatch(/^ {4}by +HKDF-Expand, SHA-256, label "wireglass psk1 c2s key" {2}psk-wire\.md/m);
    expect(shown).toMatch(/^ {4}PRK +[0-9a-f]{64} {2}← key log$/m);
    expect(shown).toMatch(/^ {4}= 32 bytes +[0-9a-f]{64}$/m);
    expect(shown).toMatch(/^ {4}\$ openssl kdf -keylen 32 /m);
  });

  it('marks what does not fit', () => {
    const wrong = TALK.map((event) =>
      event.kind === 'secret'
        ? { ...event, line: event.line.replace(/[0-9a-f]{64}$/, '00'.repeat(32)) }
        : event,
    );
    const shown = text(scheduleLines({ dissection: dissected(wrong) }, { ...PLAIN, notes: false }));
    expect(shown).toMatch(/^ {2}✗ .*\n(?: {4}.*\n)+? {4}✗ does not fit /m);
  });

  it('says why there is nothing to derive', () => {
    const bare = dissected(flow(['c2s', HELLO]));
    expect(text(scheduleLines({ dissection: bare }, { ...PLAIN, notes: false }))).toContain(
      'nothing protects this flow',
    );
  });

  it('leaves out the flows without a record that fits the filter', () => {
    const other = flow(['c2s', HELLO]).map((event) => ({ ...event, flow: 2 }) as TapEvent);
    const dissection = dissected([...TALK, ...other]);
    const only = (wanted: number) => ({
      dissection,
      matches: (record: { flow: number }) => record.flow === wanted,
    });
    const heads = (wanted: number): string => text(scheduleLines(only(wanted), { ...PLAIN, notes: false }));
    expect(heads(1)).toMatch(/^flow 1 {2}psk/);
    expect(heads(1)).not.toContain('flow 2');
    expect(heads(2)).toContain('nothing protects this flow');
    expect(heads(3)).toBe('No record matches the filter.');
    expect([...scheduleObjects(only(2))]).toEqual([]);
    expect([...scheduleObjects(only(1))].length).toBeGreaterThan(3);
  });

  it('is one object a derivation for programs', () => {
    const objects = [...scheduleObjects({ dissection: dissected(TALK) })];
    expect(objects[0]).toMatchObject({ flow: 1, id: 'psk.transcript', algorithm: 'SHA-256', length: 32 });
    for (const object of objects) expect(v.safeParse(DERIVATION, object).issues).toBeUndefined();
  });

  it('fits the terminal but for the commands, which are there to be copied', () => {
    const lines = [...scheduleLines({ dissection: dissected(TALK) }, { ...TERMINAL, notes: true })]
      .map(uncoloured)
      .filter((line) => !/^ {4}\$ |^flow/.test(line));
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(80);
  });
});

describe('--json', () => {
  const selections = [
    ['psk, opened', TALK, true],
    ['psk, closed', TALK, false],
    ['a frame in two records', pskConversation({ c2s: [HELLO.slice(0, 9), HELLO.slice(9)], s2c: [] }), true],
    ['malformed frames', flow(['c2s', concat([HELLO, fromHex('00000003 7b7b7d 00000000 ff')])]), true],
    ['another protocol', flow(['c2s', utf8('GET / HTTP/1.1\r\n')]), true],
  ] as const;

  it.each(selections)('has the documented shape: %s', (_name, events, keys) => {
    const dissection = dissected(events, keys);
    const carriers = new Carriers(dissection);
    const printed: unknown[] = JSON.parse(
      JSON.stringify(dissection.allRecords().map((record) => recordObject(record, carriers.of(record)))),
    );
    expect(printed.length).toBeGreaterThan(0);
    for (const record of printed) expect(v.safeParse(RECORD, record).issues).toBeUndefined();
    const stats: unknown[] = JSON.parse(JSON.stringify([...statsObjects({ dissection }, COUNTED)]));
    for (const object of stats) expect(v.safeParse(STATS, object).issues).toBeUndefined();
  });

  it('would not pass with a field more, or one of another type', () => {
    const [record] = dissected(TALK).allRecords();
    const object = recordObject(record as NonNullable<typeof record>, []);
    expect(v.safeParse(RECORD, { ...object, extra: 1 }).success).toBe(false);
    expect(v.safeParse(RECORD, { ...object, raw: 'ABC' }).success).toBe(false);
    expect(v.safeParse(RECORD, { ...object, fields: [{ name: 'x' }] }).success).toBe(false);
  });
});

describe('the plain list', () => {
  let closed: string;
  beforeAll(() => {
    closed = text(listLines({ dissection: dissected(TALK, false) }, PLAIN));
  });

  it('has a stranger’s control characters taken out of titles too', () => {
    const events = flow(['c2s', encodeFrame(utf8('{"type":"\\u001b[31m"}'))]);
    expect(text(listLines({ dissection: dissected(events) }, PLAIN))).not.toContain('\u001b');
  });

  it('shows only what the filter lets through, and only the flows that have some of it', () => {
    const selection = { dissection: dissected(TALK), matches: () => false };
    expect(text(listLines(selection, PLAIN))).toBe('No record matches the filter.');
    expect(closed).toContain('flow 1');
  });
});
