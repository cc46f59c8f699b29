/**
 * What every channel must do, ours and a learner's alike. `channelSuite` runs it on a pair of channels joined in
 * memory; `CASES` are the conversations alone, so that the same ones can be held over real sockets; `checksFor` is
 * the list of checks, for whoever judges a channel without a test runner.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Channel } from '#channel/contract';
import { concat, fromHex, utf8 } from '#protocol/bytes';
import { LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { DELIVERIES, type Delivery, Line, type Pair, SIDES, type Say, bytewise } from './line.ts';

export interface ChannelTraits {
  /** It tells an end without a close from an end with one, so it notices a cut connection. */
  readonly noticesCut: boolean;
  /** Each side hears why the other closed. */
  readonly saysWhy: boolean;
  /** It divides what it carries into units of its own, and must wait for the whole of one. */
  readonly hasUnits: boolean;
}

export interface Case {
  readonly title: string;
  readonly says: readonly Say[];
}

const MIB = 1 << 20;

/** Conversations that a channel must carry byte for byte, each direction in its order. */
export const CASES: readonly Case[] = [
  { title: 'a word in each direction', says: [client(utf8('hello')), server(utf8('welcome'))] },
  { title: 'the server speaking first', says: [server(utf8('welcome')), client(utf8('hello'))] },
  { title: 'one side alone', says: [client(utf8('one')), client(utf8('two'))] },
  { title: 'every value of a byte', says: [client(Uint8Array.from({ length: 256 }, (_, i) => i))] },
  {
    title: 'bytes that look like a record of its own',
    says: [server(fromHex('17000010 0000000000000000 00'))],
  },
  {
    title: 'empty sends between others',
    says: [client(utf8('')), client(utf8('a')), client(utf8('')), server(utf8('')), client(utf8('b'))],
  },
  {
    title: 'sizes around powers of two',
    says: [1, 15, 16, 17, 255, 256, 65_535, 65_536, 65_537].map((size) => client(pattern(size))),
  },
  { title: 'one MiB in each direction', says: [client(pattern(MIB)), server(pattern(MIB))] },
  {
    title: '10,000 chunks, both sides in turn',
    says: Array.from({ length: 10_000 }, (_, i) => (i % 2 ? server : client)(utf8(`chunk ${i};`))),
  },
];

/** A fresh pair each time, not started. */
export type MakePair = () => Pair;

/** One judged requirement. `run` throws when the channels do not meet it. */
export interface Check {
  readonly title: string;
  readonly run: (make: MakePair) => void;
}

/** Registers every check with the test runner, or those in `checks`, for the channels that `make` gives. */
export function channelSuite(
  name: string,
  traits: ChannelTraits,
  make: MakePair,
  checks: readonly Check[] = checksFor(traits),
): void {
  describe(`${name}, as any channel,`, () => {
    for (const { title, run } of checks) it(title, () => run(make));
  });
}

/** Every check for a channel with these traits. */
export function checksFor(traits: ChannelTraits): Check[] {
  const carries = Object.entries(DELIVERIES).flatMap(([how, deliver]) =>
    CASES.map((conversation) => ({
      title: `carries ${conversation.title}, ${how}`,
      run: (make: MakePair) => checkCarries(make, conversation, deliver),
    })),
  );
  return [
    ...carries,
    { title: 'opens once, and before it gives any plain bytes', run: checkOpening },
    { title: 'gives nothing for no bytes', run: checkNothing },
    { title: 'does not change the bytes that it is given to send', run: checkInputKept },
    { title: 'gives what came before a close, then the close', run: (make) => checkClose(make, traits) },
    { title: 'keeps every pair independent of the others', run: checkIndependence },
    { title: 'owes nothing after whole sends, including empty ones', run: checkNothingOwed },
    traits.hasUnits
      ? { title: 'says at each byte whether the rest of a unit is owed', run: checkOwed }
      : { title: 'never claims that something is owed', run: checkNeverOwed },
    traits.noticesCut
      ? { title: 'notices an end without a close', run: checkCutNoticed }
      : { title: 'cannot tell a cut from an end, and does not claim to', run: checkCutAccepted },
    ...(traits.saysWhy ? [{ title: 'says why it closes', run: checkReason }] : []),
  ];
}

function checkCarries(make: MakePair, { says }: Case, deliver: Delivery): void {
  const line = new Line(make(), deliver);
  line.open();
  for (const say of says) line.say(say);
  line.settle();
  for (const [from, to] of DIRECTIONS) {
    const sent = concat(says.filter((say) => say.from === from).map(({ bytes }) => bytes));
    assertSameBytes(line.heard(to), sent, `what the ${from} sent`);
  }
}

function checkOpening(make: MakePair): void {
  const line = new Line(make(), (wire) => [concat(wire)]);
  line.open();
  line.say(client(utf8('a')));
  line.say(server(utf8('b')));
  line.settle();
  for (const side of SIDES) {
    const kinds = line.events(side).map(({ kind }) => kind);
    assert.deepEqual(
      kinds.filter((kind) => kind !== 'write'),
      ['opened', 'plain'],
    );
  }
}

function checkNothing(make: MakePair): void {
  const line = new Line(make(), (wire) => wire);
  line.open();
  for (const side of SIDES) {
    line.pair[side].push(new Uint8Array(0));
    assert.equal(line.pair[side].next(), undefined);
  }
}

function checkInputKept(make: MakePair): void {
  const line = new Line(make(), (wire) => wire);
  line.open();
  const bytes = pattern(1000);
  line.say(client(bytes));
  line.settle();
  assertSameBytes(bytes, pattern(1000), 'the bytes of the caller');
}

function checkClose(make: MakePair, { saysWhy }: ChannelTraits): void {
  const line = new Line(make(), (wire) => [concat(wire)]);
  line.open();
  line.say(client(utf8('last words')));
  line.close('client', 'done');
  line.settle();
  assertSameBytes(line.heard('server'), utf8('last words'), 'the last words');
  const last = line.events('server').at(-1);
  assert.equal(last?.kind, saysWhy ? 'closed' : 'plain');
  line.pair.server.end();
}

function checkReason(make: MakePair): void {
  for (const [from, to] of DIRECTIONS) {
    for (const code of ['done', 'bad_record_mac'] as const) {
      const line = new Line(make(), (wire) => bytewise(concat(wire)));
      line.open();
      line.close(from, code);
      line.settle();
      assert.deepEqual(line.events(to).at(-1), { kind: 'closed', code });
      assert.throws(() => line.pair[from].send(utf8('after the close')), LocalProtocolError);
    }
  }
}

function checkCutNoticed(make: MakePair): void {
  const line = new Line(make(), (wire) => wire);
  line.open();
  line.say(client(utf8('and then')));
  line.settle();
  for (const side of SIDES) assert.throws(() => line.pair[side].end(), RemoteProtocolError);
}

function checkCutAccepted(make: MakePair): void {
  const line = new Line(make(), (wire) => wire);
  line.open();
  for (const side of SIDES) line.pair[side].end();
}

function checkIndependence(make: MakePair): void {
  const lines = [1, 2].map(() => new Line(make(), (wire) => wire));
  for (const line of lines) line.open();
  lines.forEach((line, i) => line.say(client(utf8(`line ${i}`))));
  for (const line of lines) line.settle();
  lines.forEach((line, i) => assertSameBytes(line.heard('server'), utf8(`line ${i}`), `line ${i}`));
}

function checkNothingOwed(make: MakePair): void {
  const line = new Line(make(), (wire) => bytewise(concat(wire)));
  line.open();
  for (const bytes of [utf8('a'), utf8(''), utf8('bc'), utf8('')]) {
    for (const from of SIDES) line.say({ from, bytes });
    line.settle();
    for (const side of SIDES) assert.equal(line.pair[side].pending, 0);
  }
}

/** One unit a byte at a time, then a whole one glued to the first byte of the next. */
function checkOwed(make: MakePair): void {
  for (const [from, to] of DIRECTIONS) {
    const line = new Line(make(), (wire) => wire);
    line.open();
    const [first, second, third] = ['one', 'two', 'three'].map((text) =>
      concat(line.pair[from].send(utf8(text))),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const owed = [...bytewise(first)].map((byte) => pendingAfter(line.pair[to], byte) > 0);
    assert.deepEqual(
      owed,
      owed.map((_, at) => at < first.length - 1),
    );
    assert.ok(pendingAfter(line.pair[to], concat([second, third.subarray(0, 1)])) > 0, 'glued to a half');
    assert.equal(pendingAfter(line.pair[to], third.subarray(1)), 0);
  }
}

function checkNeverOwed(make: MakePair): void {
  const line = new Line(make(), (wire) => wire);
  line.open();
  for (const byte of bytewise(concat(line.pair.client.send(utf8('one two')))))
    assert.equal(pendingAfter(line.pair.server, byte), 0);
}

/** What is owed once everything that `bytes` mean has been taken. */
function pendingAfter(channel: Channel, bytes: Uint8Array): number {
  channel.push(bytes);
  while (channel.next());
  return channel.pending;
}

const DIRECTIONS = [
  ['client', 'server'],
  ['server', 'client'],
] as const;

function client(bytes: Uint8Array): Say {
  return { from: 'client', bytes };
}

function server(bytes: Uint8Array): Say {
  return { from: 'server', bytes };
}

/** Bytes that repeat after 251: not a power of two, so that a shifted block is noticed. */
function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i % 251);
}

/** Says where two byte strings begin to differ, instead of printing a megabyte of each. */
function assertSameBytes(got: Uint8Array, wanted: Uint8Array, what: string): void {
  const at = wanted.findIndex((byte, i) => got[i] !== byte);
  if (at < 0 && got.length === wanted.length) return;
  assert.fail(
    `${what}: ${got.length} bytes arrived, ${wanted.length} were sent; they first differ at byte ${at < 0 ? wanted.length : at}`,
  );
}
