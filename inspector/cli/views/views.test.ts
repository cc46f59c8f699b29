import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { concat, fromHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { throughJson } from '../../../test/support/programs/json.ts';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { Carriers } from './carriers.ts';
import { RECORD, STATS } from './json-shape.ts';
import { recordObject } from './record-object.ts';
import { listLines } from './record-text.ts';
import { statsObjects } from './stats-objects.ts';
import { PLAIN, columnsOf } from '../output/terminal.ts';
import { treeLines } from './tree-view.ts';
import {
  HELLO,
  PONG,
  TALK,
  COUNTED,
  TERMINAL,
  flow,
  dissected,
  flowOf,
  text,
  uncoloured,
} from '../../../test/support/captures/views.ts';

describe('--tree', () => {
  it('shows each layer with its own boundaries', () => {
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
    expect(shown).toContain('the last 10 bytes begin a unit that a later record completes');
    expect(shown).toContain('frame  33 bytes: begun in an earlier record, wire 12–34');
  });
});

describe('segments of a record', () => {
  const records = (events: readonly TapEvent[]) => {
    const dissection = dissected(events);
    const carriers = new Carriers(dissection);
    return dissection.records(1).map((record) => carriers.of(record).map(({ time: _, ...rest }) => rest));
  };

  it('are those that carry its bytes, with their ranges', () => {
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

  it('are counted with missing ones, which are left out', () => {
    const gap: TapEvent = { kind: 'gap', flow: 1, dir: 'c2s', time: 1_010, length: 7 };
    const events = [...flow(['c2s', HELLO]), gap, ...flow(['c2s', HELLO]).slice(1)];
    expect(records(events).flat()).toEqual([
      { index: 0, offset: 0, length: 33, start: 0, end: 33 },
      { index: 2, offset: 40, length: 33, start: 0, end: 33 },
    ]);
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
    const printed = throughJson<unknown[]>(
      dissection
        .allRecords()
        .map((record) => recordObject(record, flowOf(dissection, record), carriers.of(record))),
    );
    expect(printed.length).toBeGreaterThan(0);
    for (const record of printed) expect(v.safeParse(RECORD, record).issues).toBeUndefined();
    const stats = throughJson<unknown[]>([...statsObjects({ dissection }, COUNTED)]);
    for (const object of stats) expect(v.safeParse(STATS, object).issues).toBeUndefined();
  });

  it('rejects an additional field, or one of another type', () => {
    const dissection = dissected(TALK);
    const [record] = dissection.allRecords();
    const object = throughJson<object>(
      recordObject(record as NonNullable<typeof record>, flowOf(dissection, { flow: 1 })),
    );
    expect(v.safeParse(RECORD, object).success).toBe(true);
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

  it('removes control characters of the sender from titles, too', () => {
    const events = flow(['c2s', encodeFrame(utf8('{"type":"\\u001b[31m"}'))]);
    expect(text(listLines({ dissection: dissected(events) }, PLAIN))).not.toContain('\u001b');
  });

  it('shows only the records that match the filter, and only the flows that have some', () => {
    const selection = { dissection: dissected(TALK), matches: () => false };
    expect(text(listLines(selection, PLAIN))).toBe('No record matches the filter.');
    expect(closed).toContain('flow 1');
  });
});
