import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import type { Direction, TapEvent } from '../model.ts';
import { CaptureError, readCapture, secretEvents } from './read.ts';
import { writePcapng } from './write.ts';

const LONG = Uint8Array.from({ length: 5_000 }, (_, i) => i & 0xff);
const TALK = pskConversation({ c2s: [utf8('one'), LONG], s2c: [utf8('two')] });
const said = (events: readonly TapEvent[], dir: Direction): string =>
  toHex(
    concat(events.flatMap((event) => (event.kind === 'chunk' && event.dir === dir ? [event.bytes] : []))),
  );
const kinds = (events: readonly TapEvent[]): string[] =>
  events.flatMap((event) =>
    event.kind === 'chunk' ? [] : [event.kind === 'end' ? `${event.dir} ${event.how}` : event.kind],
  );

describe('a capture file', () => {
  it('begins as the format demands', () => {
    const bytes = writePcapng(TALK);
    expect(toHex(bytes.subarray(0, 4))).toBe('0a0d0d0a');
    expect(toHex(bytes.subarray(8, 24))).toBe('4d3c2b1a01000000ffffffffffffffff');
  });

  it('has the secrets before the packets, as long as their text', () => {
    const blocks = blocksOf(writePcapng(TALK));
    expect(blocks.map(({ type }) => type).slice(0, 4)).toEqual([0x0a0d0d0a, 1, 0x0a, 6]);
    const [, , secrets] = blocks;
    const view = new DataView((secrets?.body as Uint8Array<ArrayBuffer>).slice().buffer);
    expect(view.getUint32(0, true)).toBe(0x544c534b);
    const text = new TextDecoder().decode(secrets?.body.subarray(8, 8 + view.getUint32(4, true)));
    expect(text).toMatch(/^WIREGLASS_PSK_PRK [0-9a-f]{64} [0-9a-f]{64}\n$/);
  });

  it('holds no secret when they are left out', () => {
    expect(new TextDecoder().decode(writePcapng(TALK, { keys: false }))).not.toContain('WIREGLASS_PSK_PRK');
  });

  it('comes back as the events that went in', () => {
    const { events, warnings } = readCapture(writePcapng(TALK));
    expect(warnings).toEqual([]);
    expect(kinds(events)).toEqual(['secret', 'flow', 'c2s fin', 's2c fin']);
    expect(events.find((event) => event.kind === 'flow')).toEqual(TALK[0]);
    expect(said(events, 'c2s')).toBe(said(TALK, 'c2s'));
    expect(said(events, 's2c')).toBe(said(TALK, 's2c'));
  });

  it('comes back whatever was said, by how many, in which order', () => {
    const chunk = fc.record({
      flow: fc.integer({ min: 1, max: 4 }),
      dir: fc.constantFrom<Direction>('c2s', 's2c'),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 4_000 }),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
        const times = chunks.map(
          (part, i) => ({ kind: 'chunk', time: 1_700_000_000_000 + i / 1_000, ...part }) as const,
        );
        const { events, warnings } = readCapture(writePcapng(times));
        expect(warnings).toEqual([]);
        const flows = [...new Set(chunks.map((part) => part.flow))];
        for (const dir of ['c2s', 's2c'] as const) {
          flows.forEach((flow, i) => {
            const of = (list: readonly TapEvent[], id: number): TapEvent[] =>
              list.filter((event) => event.kind === 'chunk' && event.flow === id);
            expect(said(of(events, i + 1), dir)).toBe(said(of(times, flow), dir));
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps times to the microsecond', () => {
    const [flow] = TALK;
    const time = 1_763_700_000_123.456;
    const { events } = readCapture(writePcapng([{ ...(flow as TapEvent), time }]));
    expect(events[0]?.time).toBeCloseTo(time, 3);
  });

  it('gives nothing but a clear error or warnings when it is cut off anywhere', () => {
    const whole = writePcapng(pskConversation({ c2s: [utf8('x')], s2c: [] }));
    for (let length = 0; length < whole.length; length++) {
      const outcome = attempt(whole.subarray(0, length));
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CaptureError);
    }
  });

  it('gives nothing but a clear error or warnings for garbage', () => {
    const whole = writePcapng(TALK);
    const starts = [
      '',
      '0a0d0d0a',
      '0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000',
      'd4c3b2a1',
      'a1b23c4d',
    ];
    const garbage = fc
      .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }))
      .map(([start, rest]) => concat([fromHex(start), rest]));
    const damaged = fc
      .array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 })
      .map((changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(garbage, damaged), (bytes) => {
        const outcome = attempt(bytes);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CaptureError);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['', 'neither a pcapng nor a pcap file'],
    ['7f454c46', 'neither a pcapng nor a pcap file'],
    ['0a0d0d0a', 'the block at byte 0 is cut off or broken'],
    ['d4c3b2a1', 'the file ends inside the pcap header'],
  ])('is refused when it begins %s', (hex, message) => {
    expect(() => readCapture(fromHex(hex))).toThrow(new CaptureError(message));
  });
});

describe('a key log', () => {
  it('is read line by line, without comments', () => {
    const lines = secretEvents('# a comment\r\nCLIENT_RANDOM 00 11\r\n\nSECOND 22 33\n', 5);
    expect(lines).toEqual([
      { kind: 'secret', time: 5, line: 'CLIENT_RANDOM 00 11' },
      { kind: 'secret', time: 5, line: 'SECOND 22 33' },
    ]);
  });
});

describeVectors('pcapng-gopacket', 'capture files that others wrote', (folder) => {
  const counts = [
    ...readFileSync(join(folder, 'tshark-4.0.17-frames.txt'), 'utf8').matchAll(
      /^(\S+) frames=(\d+) err=(.*)$/gm,
    ),
  ];

  it('are all there', () => {
    const names = ['be', 'le'].flatMap((order) =>
      readdirSync(join(folder, order)).map((name) => `${order}/${name}`),
    );
    expect(counts.map(([, name]) => name)).toEqual(expect.arrayContaining(names));
  });

  it.each(counts.map(([, name, frames, error]) => ({ name: name ?? '', frames: Number(frames), error })))(
    '$name has $frames packets and custom blocks',
    ({ name, frames, error }) => {
      const bytes = readFileSync(join(folder, name));
      const { packets } = readCapture(bytes);
      // tshark counts custom blocks as frames, and stops at kinds of packets that it does not know.
      if (error === '') expect(packets + customBlocks(bytes)).toBe(frames);
      else expect(packets).toBeGreaterThanOrEqual(frames);
    },
  );

  function customBlocks(bytes: Buffer): number {
    if (bytes.readUInt32BE(0) !== 0x0a0d0d0a) return 0;
    let found = 0;
    let little = true;
    for (let at = 0; at < bytes.length;) {
      if (bytes.readUInt32BE(at) === 0x0a0d0d0a) little = bytes.readUInt32LE(at + 8) === 0x1a2b3c4d;
      const word = (place: number): number =>
        little ? bytes.readUInt32LE(place) : bytes.readUInt32BE(place);
      if ([0x00000bad, 0x40000bad].includes(word(at))) found++;
      at += word(at + 4);
    }
    return found;
  }
});

function attempt(bytes: Uint8Array): ReturnType<typeof readCapture> | Error {
  try {
    return readCapture(bytes);
  } catch (error) {
    return error as Error;
  }
}

function blocksOf(bytes: Uint8Array): { type: number; body: Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) {
    const length = view.getUint32(at + 4, true);
    expect(view.getUint32(at + length - 4, true)).toBe(length);
    blocks.push({ type: view.getUint32(at, true), body: bytes.subarray(at + 8, at + length - 4) });
  }
  return blocks;
}
