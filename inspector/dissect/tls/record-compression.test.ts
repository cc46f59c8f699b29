/** Records that are compressed before they are sealed (RFC 3749). */
import { constants, createDeflate, deflateSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showUtf8, utf8 } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { Dissection } from '../index.ts';
import { readCapture, secretEvents } from '../capture/read.ts';
import { type Expanded, type RecordExpander, recordExpander } from './record-compression.ts';

const expander = (method: number): RecordExpander => recordExpander(method) as RecordExpander;
const shown = (expanded: Expanded): string =>
  'plain' in expanded ? showUtf8(expanded.plain) : `not read: ${expanded.reason}`;
const flushed = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(deflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }));

describe('deflate', () => {
  it('goes on from record to record', async () => {
    const zlib = createDeflate();
    const said = ['hello hello hello ', 'hello hello again', ''];
    const stream = expander(1);
    for (const text of said) {
      zlib.write(text);
      await new Promise<void>((resolve) => zlib.flush(constants.Z_SYNC_FLUSH, () => resolve()));
      const record = new Uint8Array((zlib.read() as Buffer | null) ?? []);
      expect(record.length).toBeLessThan(text.length + 20);
      expect(shown(stream.next(record))).toBe(text);
    }
    zlib.destroy();
  });

  it('stops at what a record may hold', () => {
    const stream = expander(1);
    const reason = 'not read: the content decompresses to more than the 16384 bytes that a record may hold';
    expect(shown(stream.next(flushed(new Uint8Array(20_000_000))))).toBe(reason);
    expect(shown(stream.next(flushed(utf8('later'))))).toMatch(/a record before it could not be read$/);
  });

  it('says so when the bytes are not compressed, and when an earlier record was lost', () => {
    expect(shown(expander(1).next(utf8('plain words, not compressed')))).toBe(
      'not read: the content is not compressed with DEFLATE, as the server’s hello says',
    );
    const stream = expander(1);
    stream.lose();
    expect(shown(stream.next(flushed(utf8('later'))))).toMatch(/a record before it could not be read$/);
  });
});

it('a compression that is not known is named, and nothing shown', () => {
  expect(shown(expander(64).next(utf8('abc')))).toBe(
    'not read: the content is compressed with LZS, which is not decompressed here',
  );
  expect(recordExpander(0)).toBeUndefined();
});

describeVectors('captures', 'a connection of OpenSSL with compression', (folder) => {
  const dissection = new Dissection();
  dissection.addAll(secretEvents(readFileSync(join(folder, 'tls12-deflate.keys'), 'utf8'), 0));
  dissection.addAll(readCapture(readFileSync(join(folder, 'tls12-deflate.pcap'))).events);
  const opened = dissection.records(1).filter(({ state }) => state === 'opened');

  it('shows what was compressed', () => {
    const data = opened
      .filter(({ raw }) => raw[0] === 0x17)
      .map(({ plain }) => showUtf8(plain as Uint8Array));
    expect(data[0]).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
    expect(dissection.flow(1)?.sealed).toBe(0);
  });

  it('says of each record how it was compressed', () => {
    const told = opened.map(
      ({ fields }) =>
        fields.find(({ name }) => name === 'ciphertext')?.children?.find(({ name }) => name === 'compression')
          ?.value,
    );
    for (const text of told) expect(text).toMatch(/^DEFLATE: \d+ bytes as \d+ bytes$/);
  });
});
