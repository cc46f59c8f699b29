/** TLS that begins behind something else: found where it begins in each direction, and nowhere else. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { concat, fromHex, showUtf8, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import {
  type Beginning,
  BEGINNINGS,
  bytesOf,
  directionOf,
} from '../../../test/support/dissection/clear-beginnings.ts';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { tlsConversation } from '../../../test/support/flows/tls-conversation.ts';
import { chunk } from '../../../test/support/flows/chunk.ts';
import { Dissection } from '../index.ts';
import type { Direction, TapEvent } from '../model.ts';
import { readCapture, secretEvents } from '../capture/read.ts';

const chunksOf = (before: Beginning): TapEvent[] =>
  before.map((said) => chunk(directionOf(said), bytesOf(said)));

const FLOW: TapEvent = {
  kind: 'flow',
  flow: 1,
  time: 0,
  client: { address: '192.0.2.1', port: 1234 },
  server: { address: '192.0.2.2', port: 443 },
};

function read(events: readonly TapEvent[]): Dissection {
  const dissection = new Dissection();
  dissection.addAll([FLOW, ...events]);
  return dissection;
}

/** What of each direction was read in the clear before TLS, and what was opened. */
function heard(dissection: Dissection): object {
  const of = (dir: Direction): string[] => {
    const records = dissection.records(1).filter((record) => record.dir === dir);
    const clear = concat(records.filter(({ proto }) => proto === 'unknown').map(({ raw }) => raw));
    const opened = records.filter(({ raw, plain }) => plain && raw[0] === 0x17 && raw.length > 0);
    return [
      showUtf8(clear),
      ...opened.filter(({ inner }) => inner.length === 0).map(({ plain }) => showUtf8(plain ?? clear)),
    ];
  };
  return {
    c2s: of('c2s'),
    s2c: of('s2c'),
    sealed: dissection.flow(1)?.sealed,
    proto: dissection.flow(1)?.proto,
  };
}

describe('TLS behind', () => {
  const talks: Record<string, TapEvent[]> = {};
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wireglass-starttls-'));
    const credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
    for (const [version, suite] of [
      ['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
      ['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ] as const) {
      const events = await tlsConversation(credentials, { version, suite }, [
        { dir: 'c2s', bytes: utf8('inside: question') },
        { dir: 's2c', bytes: utf8('inside: answer') },
      ]);
      talks[version] = events.filter(({ kind }) => kind !== 'flow');
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const clearOf = (before: Beginning, side: string): string =>
    showUtf8(concat(before.filter((said) => said.startsWith(side)).map((said) => bytesOf(said))));
  const expected = (before: Beginning): object => ({
    c2s: [clearOf(before, '>'), 'inside: question'],
    s2c: [clearOf(before, '<'), 'inside: answer'],
    sealed: 0,
    proto: 'tls',
  });

  describe.each(['TLSv1.3', 'TLSv1.2'])('%s', (version) => {
    it.each(Object.entries(BEGINNINGS))('%s is found, and what came before is clear', (_, before) => {
      expect(heard(read([...chunksOf(before), ...(talks[version] as TapEvent[])]))).toEqual(expected(before));
    });

    it('is found in the piece that holds the end of a line or a header before it too', () => {
      for (const name of ['SMTP, STARTTLS', 'PROXY protocol 1', 'PROXY protocol 2']) {
        const before = BEGINNINGS[name] as Beginning;
        const events = [...chunksOf(before), ...(talks[version] as TapEvent[])];
        const first = events.findIndex((event) => event.kind === 'chunk' && event.bytes[0] === 0x16);
        const last = events.findLastIndex(
          (event, i) => i < first && event.kind === 'chunk' && event.dir === 'c2s',
        );
        const [hello, preface] = [events[first], events[last]] as Extract<TapEvent, { kind: 'chunk' }>[];
        const glued = chunk('c2s', concat([preface?.bytes as Uint8Array, hello?.bytes as Uint8Array]));
        expect(heard(read(events.with(first, glued).toSpliced(last, 1)))).toEqual(expected(before));
      }
    });

    it('is found when TCP delivers a few bytes at a time', () => {
      const before = BEGINNINGS['SMTP, STARTTLS'] as Beginning;
      const events = [...chunksOf(before), ...(talks[version] as TapEvent[])];
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 30 }), (size) => {
          const cut = events.flatMap((event): TapEvent[] => {
            if (event.kind !== 'chunk') return [event];
            const pieces = Math.ceil(event.bytes.length / size);
            return Array.from({ length: pieces }, (_, i) => ({
              ...event,
              bytes: event.bytes.subarray(i * size, (i + 1) * size),
            }));
          });
          expect(heard(read(cut))).toEqual(expected(before));
        }),
        { numRuns: 8, examples: [[1], [5]] },
      );
    });
  });

  it('says in which words it was begun, and shows them in a field', () => {
    const records = read([
      ...chunksOf(BEGINNINGS['SMTP, STARTTLS'] as Beginning),
      ...(talks['TLSv1.3'] as TapEvent[]),
    ]).records(1);
    expect(records.slice(0, 6).map(({ proto, title, state }) => `${proto} ${title} ${state}`)).toEqual([
      'unknown 220 mx ESMTP clear',
      'unknown EHLO me clear',
      'unknown 250-mx clear',
      'unknown STARTTLS clear',
      'unknown 220 go clear',
      'tls client_hello clear',
    ]);
    expect(records[3]?.fields).toMatchObject([
      { name: 'clear_text', value: 'STARTTLS\r\n', start: 0, end: 10 },
    ]);
    const ends = records
      .filter(({ dir }) => dir === 'c2s')
      .map(({ offset, raw }) => [offset, offset + raw.length]);
    for (const [i, [start]] of ends.entries()) expect(start).toBe(ends[i - 1]?.[1] ?? 0);
  });
});

describe('nothing else is taken for TLS', () => {
  const proto = (events: readonly TapEvent[]): string => read(events).flow(1)?.proto ?? '';
  const lines = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 60 }), { minLength: 1, maxLength: 20 });

  it('no text, whatever its lines', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), (said, server) => {
        const dir = server ? 's2c' : 'c2s';
        expect(proto(said.map((line) => chunk(dir, utf8(`x${line}\r\n`))))).toBe('unknown');
      }),
    );
  });

  it('no bytes behind a line, even where they begin as a hello does', () => {
    const begins = fromHex('16030100500100004c0303');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 11 }), (bytes, length) => {
        const forged = concat([begins.subarray(0, length), bytes]);
        expect(proto([chunk('c2s', utf8('STARTTLS\r\n')), chunk('c2s', forged)])).toBe('unknown');
      }),
    );
  });

  it('no frames and no psk records', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), (texts) => {
        const frames = texts.map((text) =>
          encodeFrame(utf8(`{"type":"say","text":${JSON.stringify(text)}}`)),
        );
        expect(proto(frames.map((frame) => chunk('c2s', frame)))).toBe('frame');
        const psk = pskConversation({ c2s: frames, s2c: [] }).filter(({ kind }) => kind !== 'flow');
        expect(proto(psk)).toBe('psk');
      }),
      { numRuns: 20 },
    );
  });

  it('no recording of TLS that is sent in the clear', () => {
    const hello = `16030100320100002e0303${'11'.repeat(32)}0000061301130213030100`;
    const file = fromHex(`d4c3b2a1020004000000000000000000ffff000001000000${'00'.repeat(70)}${hello}`);
    expect(proto([chunk('c2s', concat([utf8('PUT /a.pcap HTTP/1.1\r\n\r\n'), file]))])).toBe('unknown');
  });
});

describe('what answers in the clear where TLS was expected', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', '0x48 is not a record type of TLS: this is plain HTTP'],
    ['SSH-2.0-OpenSSH_9.6\r\n', '0x53 is not a record type of TLS: this is plain SSH'],
    ['220 mx ESMTP\r\n', '0x32 is not a record type of TLS: this is plain SMTP or FTP'],
    ['+OK ready\r\n', '0x2b is not a record type of TLS: this is plain POP3'],
    ['* OK ready\r\n', '0x2a is not a record type of TLS: this is plain IMAP'],
    ['what?\r\n', '0x77 is not a record type of TLS: this is plain text'],
    ['\xff\xfe\x01\x02\x03', '0xff is not a record type of TLS'],
  ])('%j', (said, reason) => {
    const bytes = Uint8Array.from(said, (character) => character.charCodeAt(0));
    for (const dir of ['c2s', 's2c'] as const) {
      const dissection = new Dissection();
      dissection.addAll([{ ...FLOW, wire: 'tls' }, chunk(dir, bytes)]);
      expect(dissection.records(1)[0]?.reason).toBe(reason);
    }
  });
});

describeVectors('captures', 'captures of TLS behind something else', (folder) => {
  it.each(['smtp', 'imap', 'pop3', 'xmpp', 'connect', 'socks5', 'proxyproto'])(
    'starttls-%s opens',
    (name) => {
      const dissection = new Dissection();
      dissection.addAll(secretEvents(readFileSync(join(folder, `starttls-${name}.keys`), 'utf8'), 0));
      dissection.addAll(readCapture(readFileSync(join(folder, `starttls-${name}.pcap`))).events);
      expect(dissection.flow(1)).toMatchObject({ proto: 'tls', sealed: 0 });
      expect(dissection.records(1).filter(({ state }) => state === 'opened').length).toBeGreaterThan(2);
    },
  );
});
