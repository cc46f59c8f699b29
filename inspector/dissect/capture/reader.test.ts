import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { Blocks } from '../../../test/support/captures/pcapng-blocks.ts';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { keyLogWarnings, readKeyLog } from './key-log.ts';
import { captureReader } from './reader.ts';
import { Dissection } from '../index.ts';
import type { TapEvent } from '../model.ts';
import { formatOf } from '../pcap/formats.ts';
import { ByteQueue } from '#protocol/byte-queue';
import { CaptureError, type ReadCapture, readCapture } from './read.ts';
import { writePcapng } from './write.ts';

const TALK = pskConversation({ c2s: [utf8('one'), new Uint8Array(5_000)], s2c: [utf8('two')] });
const FILE = writePcapng(TALK);

function inPieces(bytes: Uint8Array, lengths: readonly number[]): ReadCapture {
  const events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  let at = 0;
  for (const length of lengths) reader.push(bytes.slice(at, (at += length)));
  reader.push(bytes.slice(at));
  return { events, ...reader.finish() };
}

describe('a capture file in pieces', () => {
  it('gives what it gives as a whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 60 }), (lengths) => {
        expect(inPieces(FILE, lengths)).toEqual(readCapture(FILE));
      }),
      { numRuns: 30 },
    );
    expect(inPieces(FILE, Array<number>(FILE.length).fill(1))).toEqual(readCapture(FILE));
  });

  it('tells how far it has come, and its events as they are found', () => {
    let events = 0;
    const reader = captureReader(() => events++);
    expect(reader.progress).toEqual({ bytes: 0, packets: 0 });
    reader.push(FILE.slice(0, FILE.length / 2));
    expect(events).toBeGreaterThan(2);
    expect(reader.progress.bytes).toBe(FILE.length >> 1);
    expect(reader.progress.packets).toBeGreaterThan(2);
    expect(reader.progress.packets).toBeLessThan(readCapture(FILE).packets);
  });

  it('is refused with its first bytes when it is something else', () => {
    const reader = captureReader(() => undefined);
    reader.push(utf8('no'));
    expect(() => reader.push(utf8('thing'))).toThrow(CaptureError);
  });
});

describe('a gzip’d capture file', () => {
  const packed = gzipSync(FILE);

  it('is unpacked, whole, in pieces, and in several members', () => {
    const expected = readCapture(FILE);
    expect(readCapture(packed)).toEqual(expected);
    expect(inPieces(packed, [1, 1, 1, 1, 5, 100])).toEqual(expected);
    const members = concat([gzipSync(FILE.subarray(0, 700)), gzipSync(FILE.subarray(700))]);
    expect(readCapture(members)).toEqual(expected);
  });

  it('warns where it is cut off or broken, and gives what is there', () => {
    const cut = readCapture(packed.subarray(0, packed.length - 30));
    expect(cut.events.length).toBeGreaterThan(0);
    expect(cut.warnings[0]).toBe('the gzip data ends too early');
    const tiny = packed.subarray(0, 12);
    expect(() => readCapture(tiny)).toThrow(new CaptureError('the gzip data ends too early'));
    const broken = Uint8Array.from(packed);
    broken.fill(0xff, 40, 60);
    expect(attempt(broken)).toSatisfy(
      (outcome) => outcome instanceof CaptureError || (outcome as ReadCapture).warnings.length > 0,
    );
  });

  it.each([
    ['check sum', 8, 'the check sum of the gzip data does not fit: it is damaged'],
    ['length', 4, /^the gzip data unpacks to [\d,]+ bytes, but says [\d,]+ bytes: it is damaged$/],
  ])('warns of a %s that does not fit, in any member, and gives all of it', (_what, fromEnd, warning) => {
    const damaged = (whole: Uint8Array): Uint8Array => {
      const copy = Uint8Array.from(whole);
      copy[copy.length - fromEnd] = (copy[copy.length - fromEnd] as number) ^ 1;
      return copy;
    };
    const { events, warnings } = readCapture(FILE);
    expect(warnings).toEqual([]);
    const [first, second] = [gzipSync(FILE.subarray(0, 700)), gzipSync(FILE.subarray(700))];
    const files = [damaged(packed), concat([damaged(first), second]), concat([first, damaged(second)])];
    for (const file of files) {
      const found = inPieces(file, [1, 3, 100]);
      expect(found.events).toEqual(events);
      expect(found.warnings).toEqual([expect.stringMatching(warning)]);
    }
  });

  it('stops at a hundred times its size', () => {
    const to = new Blocks('le');
    const zeros = to.block(0x0bad, new Uint8Array(2 ** 16));
    const bomb = concat([to.section(), ...Array<Uint8Array>(600).fill(zeros)]);
    const file = gzipSync(bomb, { level: 9 });
    const { warnings, skipped } = readCapture(file);
    const [, unpacked, left] =
      /^the gzip data unpacks to more than 100 times its size; the rest is not read \((.*) unpacked bytes and (.*) packed bytes\)$/.exec(
        warnings[0] ?? '',
      ) ?? [];
    // The first 4 KiB, which are unpacked at once, are already too much.
    expect(left).toBe((file.length - 4 * 1024).toLocaleString('en'));
    expect(Number(unpacked?.replaceAll(',', ''))).toBeGreaterThan(0);
    const [{ count } = { count: 0 }] = skipped;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(100);
  });

  it.each([1, 3, 8, 9_000])('may have %i zeros behind it, as tapes and disks leave them', (zeros) => {
    const { events, warnings } = readCapture(concat([packed, new Uint8Array(zeros)]));
    expect(warnings).toEqual([]);
    expect(events).toEqual(readCapture(FILE).events);
  });

  it('says that something else stands behind it', () => {
    const { events, warnings } = readCapture(concat([packed, new Uint8Array(7), utf8('more')]));
    expect(warnings).toEqual(['something else follows the gzip data, and is not read (11 bytes)']);
    const behind = readCapture(concat([packed, utf8('more'), new Uint8Array(20_000)]));
    expect(behind.warnings).toEqual(['something else follows the gzip data, and is not read (20,004 bytes)']);
    expect(events).toEqual(readCapture(FILE).events);
  });

  it('is not unpacked twice', () => {
    expect(() => readCapture(gzipSync(packed))).toThrow(/gzip twice/);
  });
});

describe('a file that is cut off anywhere', () => {
  const to = new Blocks('be');
  const small = writePcapng(pskConversation({ c2s: [utf8('x')], s2c: [] }));
  const odd = concat([
    to.section([[1, 'comment']]),
    to.interface(1, [[9, Uint8Array.of(9)]], 60),
    to.block(10, to.u32(0x544c534b, 5), utf8('# abc')),
    to.block(4, to.u16(1, 8), utf8('abcdefgh'), to.u16(0, 0)),
    to.packet({ packet: new Uint8Array(61), options: [[1, 'x']] }),
    to.block(5, to.u32(0, 0, 0), to.options([[5, to.u64(1n)]])),
  ]);

  it.each([
    ['our own', small],
    ['with blocks of many kinds', odd],
    ['gzip’d', gzipSync(small)],
  ])('gives a clear error or what is there: %s', (_name, whole) => {
    const all = readCapture(whole).events.length;
    for (let length = 0; length < whole.length; length++) {
      const outcome = attempt(whole.subarray(0, length));
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CaptureError);
      else expect(outcome.events.length).toBeLessThanOrEqual(all);
    }
  });
});

describe('what is written', () => {
  const ends = { client: { address: '10.0.0.1', port: 50_001 }, server: { address: '10.0.0.2', port: 7 } };
  const flow = { kind: 'flow', flow: 1, wire: 'plain', time: 1_000, ...ends } as const;
  const said = (dir: 'c2s' | 's2c', time: number, text: string): TapEvent => ({
    kind: 'chunk',
    flow: 1,
    dir,
    time,
    bytes: utf8(text),
  });

  it('leaves gaps out, and they come back as gaps', () => {
    const events: TapEvent[] = [
      flow,
      said('c2s', 1_001, 'abc'),
      { kind: 'gap', flow: 1, dir: 'c2s', time: 1_003, length: 70_000 },
      said('c2s', 1_003, 'def'),
      { kind: 'gap', flow: 1, dir: 's2c', time: 1_004, length: 5 },
      { kind: 'end', flow: 1, dir: 's2c', time: 1_004, how: 'fin' },
      { kind: 'end', flow: 1, dir: 'c2s', time: 1_005, how: 'fin' },
    ];
    const read = readCapture(writePcapng(events));
    expect(read.events).toEqual(events);
    const dissection = new Dissection();
    dissection.addAll(read.events);
    expect(dissection.segments(1)).toEqual([
      { kind: 'bytes', dir: 'c2s', time: 1_001, offset: 0, length: 3 },
      { kind: 'gap', dir: 'c2s', time: 1_003, offset: 3, length: 70_000 },
      { kind: 'bytes', dir: 'c2s', time: 1_003, offset: 70_003, length: 3 },
      { kind: 'gap', dir: 's2c', time: 1_004, offset: 0, length: 5 },
    ]);
    expect(dissection.segments(2)).toEqual([]);
  });

  it('carries comments on the file and on events', () => {
    const long = 'ä'.repeat(40_000);
    const bytes = writePcapng([flow, said('c2s', 1_001, 'abc'), said('s2c', 1_002, 'x'.repeat(4_000))], {
      comment: 'for lesson 3',
      commentOf: (event) =>
        event.kind === 'chunk' ? (event.dir === 'c2s' ? 'a question' : long) : undefined,
    });
    const { comments, events } = readCapture(bytes);
    expect(events).toHaveLength(5);
    expect(comments.slice(1).map(({ on, number, text }) => [on, number, text.slice(0, 20)])).toEqual([
      ['section', 1, 'for lesson 3'],
      ['packet', 4, 'a question'],
      ['packet', 6, 'ä'.repeat(20)],
    ]);
  });
});

describe('a key log', () => {
  const good = `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}`;

  it('may end its lines in any way, and says which of them are odd', () => {
    const log = readKeyLog(`\uFEFF# made by hand\r\n${good}\r\r\nRSA 00 11\n${good}\n  odd`, 7);
    expect(log.events).toEqual(
      [good, 'RSA 00 11', good, 'odd'].map((line) => ({ kind: 'secret', time: 7, line })),
    );
    expect(keyLogWarnings(log)).toEqual([
      '2 lines of the key log are not of the form LABEL <random, hex> <secret, hex> (line 4, 6) and not used',
    ]);
    expect(keyLogWarnings(readKeyLog('x', 0))).toEqual([
      '1 line of the key log is not of the form LABEL <random, hex> <secret, hex> (line 1) and not used',
    ]);
    expect(keyLogWarnings(readKeyLog(good, 0))).toEqual([]);
  });

  it('with more lines than are kept gives the newest, and says how many it left out', () => {
    const lines = Array.from({ length: 200_005 }, (_, i) => `line ${i}`);
    const log = readKeyLog(`# since Monday\n${lines.join('\n')}\n`, 0);
    expect([log.events.length, log.left]).toEqual([200_000, 5]);
    expect([log.events[0], log.events.at(-1)]).toMatchObject([{ line: 'line 5' }, { line: 'line 200004' }]);
    expect(keyLogWarnings(log)).toContain(
      'the key log has more lines than are kept; the 5 oldest were left out',
    );
  });
});

describeVectors('pcapng-gopacket', 'capture files in both byte orders', (folder) => {
  it.each(readdirSync(join(folder, 'le')))('%s holds the same packets in both', (name) => {
    const [little, big] = ['le', 'be'].map((order) => packetsOf(readFileSync(join(folder, order, name))));
    expect(little).toEqual(big);
  });

  it('hold packets at all', () => {
    expect(packetsOf(readFileSync(join(folder, 'be', 'test202.pcapng'))).length).toBeGreaterThan(5);
  });

  /** Everything that a file tells, packets with their bytes. */
  function packetsOf(bytes: Uint8Array): unknown[] {
    const input = new ByteQueue();
    const told: unknown[] = [];
    const tell =
      (what: string) =>
      (...facts: unknown[]): true => {
        told.push([what, ...facts]);
        return true;
      };
    const format = formatOf(bytes.subarray(0, 4), input, {
      packet: ({ bytes: content, ...rest }) => void told.push({ ...rest, hex: toHex(content) }),
      secrets: tell('secrets'),
      addInterface: tell('interface'),
      comment: tell('comment'),
      skip: tell('skip'),
      warn: tell('warn'),
    });
    input.push(bytes);
    format.read();
    format.finish();
    return told;
  }
});

function attempt(bytes: Uint8Array): ReadCapture | Error {
  try {
    return readCapture(bytes);
  } catch (error) {
    return error as Error;
  }
}
