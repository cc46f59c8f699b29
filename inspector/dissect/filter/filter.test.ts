import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import { fromHex, toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { Dissection, type DissectionOptions } from '../index.ts';
import type { FlowSummary, Inner, TapEvent, WireRecord } from '../model.ts';
import { RECORD_NAMES, valuesAt } from '../fields/paths.ts';
import { readCapture, secretEvents } from '../capture/read.ts';
import { RECORD_TABLE, compileFilter } from './index.ts';
import { compilePattern } from './pattern.ts';

const LINES: readonly Line[] = [
  { dir: 'c2s', message: { type: 'say', text: 'the North gate', ref: 'r1' } },
  { dir: 's2c', message: { type: 'ack', ref: 'r1', id: 7, room: 'lobby', ts: 1 } },
  {
    dir: 's2c',
    message: {
      type: 'rooms',
      rooms: [
        { name: 'lobby', members: 2 },
        { name: 'attic', members: 9 },
      ],
    },
  },
];

interface Talk {
  readonly records: readonly WireRecord[];
  readonly flow: FlowSummary;
}

function talkOf(events: readonly TapEvent[], options: DissectionOptions = {}): Talk {
  const dissection = new Dissection(options);
  dissection.addAll(events);
  const flow = dissection.flow(1) as FlowSummary;
  return { records: dissection.records(1), flow };
}

const psk = talkOf(traffic({ flow: 1, wire: 'psk', lines: LINES, start: 1_000 }));
const plain = talkOf(traffic({ flow: 1, wire: 'plain', lines: LINES, start: 1_000 }));
const eve = talkOf(traffic({ flow: 1, wire: 'psk', lines: LINES, start: 1_000 }), { keys: false });

/** Titles of the records that fit, or what is wrong with the filter. */
function found({ records, flow }: Talk, text: string): string[] | string {
  const filter = compileFilter(text, compilePattern);
  if (!filter.ok) return filter.message;
  return records.filter((record) => filter.matches(record, flow)).map(({ title }) => title);
}

const ALL = ['client_hello', 'server_hello', 'client_finished', 'say', 'ack', 'rooms'];
const HANDSHAKE = ALL.slice(0, 3);

describe('a filter on the psk wire', () => {
  it('knows the conversation it is tried on', () => {
    expect(psk.records.map(({ title }) => title)).toEqual(ALL);
  });

  it.each<[string, string[]]>([
    ['wire == "psk" && dir == c2s && len > 64 && msg.type == "say"', ['say']],
    ['wire == tls', []],
    ['dir == s2c', ['server_hello', 'ack', 'rooms']],
    ['dir != s2c', ['client_hello', 'client_finished', 'say']],
    ['state == opened', ['say', 'ack', 'rooms']],
    ['state == clear', HANDSHAKE],
    ['len <= 48', ['client_finished']],
    ['len < 44', []],
    ['len >= 44 and len <= 44', ['client_finished']],
    ['len == 0x2c', ['client_finished']],
    ['index in {1..2, 5}', ['server_hello', 'client_finished', 'rooms']],
    ['title == server_hello or title == ack', ['server_hello', 'ack']],
    ['proto == psk and layer == frame', ['say', 'ack', 'rooms']],
    ['frame', ['say', 'ack', 'rooms']],
    ['not frame', HANDSHAKE],
    ['psk', ALL],
    ['tls', []],
    ['!(msg.type == say) && frame', ['ack', 'rooms']],
    ['psk.type == 1', ['client_hello']],
    ['psk.type == 0x17', ['say', 'ack', 'rooms']],
    ['psk.client_nonce', ['client_hello']],
    ['psk.suites contains "gcm"', ['client_hello']],
    ['psk.key_id == "demo"', ['client_hello']],
    ['psk.sequence == 0 and dir == s2c', ['server_hello', 'ack']],
    ['msg.ref', ['say', 'ack']],
    ['msg.id > 6', ['ack']],
    ['msg.type in {"say", "ack"}', ['say', 'ack']],
    ['msg.text contains "North"', ['say']],
    ['msg.text contains "north"', []],
    ['lower(msg.text) contains "north"', ['say']],
    ['msg.text matches "^the N[a-z]+ gate$"', ['say']],
    ['msg.text matches "(?i)NORTH"', ['say']],
    ['contains "gate"', ['say']],
    ['contains "r1"', ['say', 'ack']],
    ['contains "server_h"', ['server_hello']],
    ['matches "attic|gate"', ['say', 'rooms']],
    ['raw contains "gate"', []],
    ['plain contains "gate"', ['say']],
    ['plain contains 67:61:74:65', ['say']],
    ['plain contains 0x67617465', ['say']],
    ['contains 0x67617465', ['say']],
    ['plain', ['say', 'ack', 'rooms']],
    ['raw matches "^\\x17\\x00\\x00"', ['say', 'ack', 'rooms']],
    ['flow == 1', ALL],
    ['time > "1970-01-01T00:00:01Z"', ALL],
    ['time > "1970-01-01 00:00:02"', []],
    ['elapsed <= 1', ['client_hello']],
  ])('%s', (text, titles) => {
    expect(found(psk, text)).toEqual(titles);
  });

  it('asks every value of a list', () => {
    expect(found(psk, 'msg.rooms.name == "attic"')).toEqual(['rooms']);
    expect(found(psk, 'msg.rooms.members > 8')).toEqual(['rooms']);
    expect(found(psk, 'msg.rooms.members > 9')).toEqual([]);
  });

  it('means by != that no value equals: the opposite of ==, also where there is none', () => {
    expect(found(psk, 'msg.rooms.name != "attic"')).toEqual(ALL.filter((title) => title !== 'rooms'));
    expect(found(psk, 'msg.rooms.name and msg.rooms.name != "attic"')).toEqual([]);
    expect(found(psk, 'msg.rooms.name and msg.rooms.name != "cellar"')).toEqual(['rooms']);
    expect(found(psk, 'msg.type != "say"')).toEqual(found(psk, '!(msg.type == "say")'));
  });

  it('binds and before or, and not before both', () => {
    expect(found(psk, 'msg.type == ack or dir == c2s and frame')).toEqual(['say', 'ack']);
    expect(found(psk, '(msg.type == ack or dir == c2s) and not frame')).toEqual([
      'client_hello',
      'client_finished',
    ]);
  });

  it('finds without keys what an eavesdropper can find', () => {
    expect(found(eve, 'state == no-key')).toHaveLength(3);
    expect(found(eve, 'msg.text contains "North"')).toEqual([]);
    expect(found(eve, 'contains "North"')).toEqual([]);
    expect(found(eve, 'psk.key_id')).toEqual(['client_hello']);
  });
});

describe('a filter on the plain wire', () => {
  it.each<[string, string[]]>([
    ['frame.length > 60', ['rooms']],
    ['msg.type == "say"', ['say']],
    ['raw contains "gate"', ['say']],
    ['plain', []],
    ['frame.payload contains "attic"', ['rooms']],
    ['state == opened', []],
  ])('%s', (text, titles) => {
    expect(found(plain, text)).toEqual(titles);
  });
});

describe('every field of a conversation', () => {
  /** Names of all fields below `prefix`. */
  const namesIn = (prefix: string, fields: readonly Field[]): string[] =>
    fields.flatMap(({ name, children = [] }) => {
      const path = name.startsWith('[') ? prefix : `${prefix}.${name}`;
      return [path, ...namesIn(path === 'frame.payload' ? 'msg' : path, children)];
    });
  const units = (unit: Pick<Inner, 'fields' | 'inner'> & { proto: string }): string[] => [
    ...namesIn(unit.proto, unit.fields),
    ...unit.inner.flatMap(units),
  ];
  const names = [...new Set([...psk.records, ...plain.records, ...eve.records].flatMap(units))];

  it('can be asked for, and is there', () => {
    expect(names).toContain('msg.rooms.members');
    expect(names.filter((name) => !compileFilter(name, compilePattern).ok)).toEqual([]);
    expect(names.filter((name) => [psk, plain, eve].every((talk) => found(talk, name).length === 0))).toEqual(
      [],
    );
  });
});

describe('the values of a path', () => {
  const say = psk.records[3] as WireRecord;

  it('stand in the order of the bytes', () => {
    const rooms = psk.records[5] as WireRecord;
    expect(valuesAt(rooms, psk.flow, 'msg.rooms.name')).toEqual(['lobby', 'attic']);
    expect(valuesAt(rooms, psk.flow, 'msg.rooms.members')).toEqual([2, 9]);
    expect(valuesAt(say, psk.flow, 'msg.text')).toEqual(['the North gate']);
    expect(valuesAt(say, psk.flow, 'frame.payload.text')).toEqual([]);
    expect(valuesAt(say, psk.flow, 'nothing.of.this')).toEqual([]);
    expect(valuesAt(say, psk.flow, 'toString')).toEqual([]);
  });

  it('are those of the record for names without a prefix', () => {
    const values = RECORD_NAMES.map((name) => valuesAt(say, psk.flow, name));
    const { length } = say.raw;
    expect(
      values.map((list) => list.map((value) => (value instanceof Uint8Array ? toHex(value) : value))),
    ).toEqual([
      ['psk'],
      ['c2s'],
      [length],
      [say.time],
      [say.time - 1_000],
      [1],
      ['127.0.0.1'],
      [5_000],
      ['127.0.0.1'],
      [5_000],
      [3],
      ['opened'],
      ['psk'],
      ['say'],
      ['psk', 'frame'],
      [toHex(say.raw)],
      [toHex(say.plain as Uint8Array)],
    ]);
    expect(RECORD_NAMES).toEqual(RECORD_TABLE.map(({ path }) => path));
  });

  it('have the number on the wire as well as its name', () => {
    const fields = [{ name: 'type', value: 'certificate', number: 11, start: 0, end: 1, note: '' }];
    const unit = {
      title: '',
      state: 'clear',
      reason: '',
      bytes: fromHex('0b'),
      start: 0,
      fields,
      inner: [],
    } as const;
    const record: WireRecord = { ...say, inner: [{ ...unit, proto: 'tls-handshake' }] };
    expect(valuesAt(record, psk.flow, 'tls.handshake.type')).toEqual(['certificate', 11]);
    const talk = { records: [record], flow: psk.flow };
    for (const text of ['tls.handshake.type == 11', 'tls.handshake.type == "certificate"', 'tls.handshake']) {
      expect(found(talk, text)).toEqual(['say']);
    }
    expect(found(talk, 'tls.handshake.type == 12')).toEqual([]);
    expect(found(talk, 'tls.handshake.type != 11')).toEqual([]);
    expect(found(talk, 'tls.handshake.type in {10..12}')).toEqual(['say']);
  });
});

describeVectors('illustrated-tls13', 'a filter on the illustrated TLS 1.3 connection', (folder) => {
  const file = (name: string): Buffer => readFileSync(join(folder, 'captures', name));
  const talk = talkOf([
    ...readCapture(file('capture.pcap')).events,
    ...secretEvents(file('keylog.txt').toString(), 0),
  ]);

  it.each<[string, string[]]>([
    ['tls.handshake.type == "certificate"', ['certificate']],
    ['tls.handshake.type in {"client_hello", "server_hello"}', ['client_hello', 'server_hello']],
    ['tls.handshake.extensions.server_name.name == "example.ulfheim.net"', ['client_hello']],
    ['tls.handshake.extensions.supported_groups.group == "x25519"', ['client_hello']],
    ['tls.handshake.extensions.key_share', ['client_hello', 'server_hello']],
    ['plain contains "ping"', ['application_data']],
    ['tls.type == "change_cipher_spec"', ['change_cipher_spec', 'change_cipher_spec']],
    ['raw contains 16:03:01', ['client_hello']],
    ['tls.handshake and dir == c2s', ['client_hello', 'finished']],
    ['wire', []],
  ])('%s', (text, titles) => {
    expect(found(talk, text)).toEqual(titles);
  });
});
