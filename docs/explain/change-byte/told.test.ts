/** A byte of each suite's record, changed: what the real server says, and what ben reads. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SUITE_NAMES, suiteByName } from '#channel/psk/suites';
import { readCapture } from '#dissect/capture/read';
import { fromUtf8, toHex } from '#protocol/bytes';
import { type Changeable, inRecording, onWire } from './changeable.ts';
import { byteFor, readBytes, told } from './told.ts';

const TEXT = 'Pay Ben 100 euros';
const ONE = { text: TEXT, at: TEXT.indexOf('1') };

function wire(name: string): Changeable {
  let random = 0;
  return onWire(name, TEXT, {
    time: Date.UTC(2026, 0, 1, 12),
    random: (count) => Uint8Array.from({ length: count }, () => (random = (random * 5 + 17) % 251)),
  });
}

function flipped(source: Changeable, at: number, mask: number): Uint8Array {
  const bytes = source.original.bytes.slice();
  bytes[at] = (bytes[at] as number) ^ mask;
  return bytes;
}

/** The badge and the sentence after flipping bits of a byte. */
function after(source: Changeable, at: number, mask: number): string {
  const { badge, sentence } = told(source, source.run(flipped(source, at, mask)));
  return `${badge}: ${sentence}`;
}

const GARBLED =
  'Noticed by chance: The channel lets it pass. The server answers bad_utf8: the payload is not well-formed UTF-8; expected well-formed UTF-8. It closes the connection.';
const CHANGED = 'Not noticed: The server accepts it. Ben reads “Pay Ben 900 euros”, and nobody can tell.';
const MAC =
  'Noticed: The server answers bad_record_mac: the record was changed, or sealed under another key; expected a tag that fits record';

describe('the byte that carries the amount, with one bit flipped', () => {
  it.each([
    ['plain', CHANGED],
    ['aes-256-ctr-fixed-nonce', CHANGED],
    ['aes-256-cbc', GARBLED],
    ['aes-256-gcm-static', MAC],
    ['aes-256-gcm', MAC],
    ['aes-256-eax', MAC],
    ['aes-256-cbc-hmac-sha256', MAC],
    ['chacha20-poly1305', MAC],
  ])('on %s', (name, expected) => {
    const source = wire(name);
    expect(after(source, byteFor(source, ONE), 0x08)).toContain(expected);
  });

  it('garbles a block in CBC mode, and changes the same bit of the next one', () => {
    const source = wire('aes-256-cbc');
    const [before, now] = [source.original, source.run(flipped(source, byteFor(source, ONE), 0x08))].map(
      (outcome) => readBytes(outcome) ?? new Uint8Array(),
    ) as [Uint8Array, Uint8Array];
    const differing = [...before.keys()].filter((at) => before[at] !== now[at]);
    const blocks = [...new Set(differing.map((at) => Math.floor(at / 16)))];
    expect(blocks).toHaveLength(2);
    const next = differing.filter((at) => Math.floor(at / 16) === blocks[1]);
    expect(next.map((at) => String.fromCharCode(before[at] as number, now[at] as number))).toEqual(['19']);
  });

  it('gives nothing to read where the tag fails', () => {
    const source = wire('aes-256-gcm');
    expect(readBytes(source.run(flipped(source, byteFor(source, ONE), 1)))).toBe(undefined);
    expect(fromUtf8(readBytes(source.original)?.subarray(4) ?? new Uint8Array())).toContain(TEXT);
  });
});

describe('another byte', () => {
  it('of the length makes the server wait, or refuse at once', () => {
    const source = wire('aes-256-gcm');
    expect(after(source, 2, 1)).toMatch(/^Waits: The server has 102 bytes and waits for more/);
    expect(after(source, 1, 1)).toMatch(/^Noticed: The server answers record_too_large/);
  });

  it('of the padding in CBC mode is answered in the clear, and the connection goes on', () => {
    const source = wire('aes-256-cbc');
    expect(after(source, source.original.bytes.length - 17, 1)).toBe(
      'Noticed: The server answers bad_padding: the padding of the record does not fit. The connection goes on.',
    );
  });

  it('that nothing authenticates and nobody reads changes nothing', () => {
    expect(after(wire('aes-256-cbc'), 11, 1)).toBe(
      `Not noticed: The server accepts it, and the text is the same: “${TEXT}”.`,
    );
  });
});

describe('every suite', () => {
  it.each(['plain', ...SUITE_NAMES])('%s repeats itself to the byte, and takes what was sent', (name) => {
    const source = wire(name);
    const again = source.run(source.original.bytes);
    expect(toHex(again.bytes)).toBe(toHex(source.original.bytes));
    expect(told(source, again)).toEqual({
      badge: 'As it was',
      tone: 'same',
      sentence: `The server accepts it. Ben reads “${TEXT}”.`,
    });
  });

  it.each(SUITE_NAMES.filter((name) => suiteByName(name)?.weak === undefined))(
    '%s, which is sound, lets no flipped bit pass',
    (name) => {
      const source = wire(name);
      for (const at of source.original.bytes.keys()) {
        const { verdict } = source.run(flipped(source, at, 1 << (at % 8)));
        expect(verdict.state, `byte ${at}`).toMatch(/refused|waiting/);
      }
    },
  );
});

describe('a record of a recording', () => {
  const { events } = readCapture(readFileSync(new URL('../../recordings/tls13.pcapng', import.meta.url)));
  const source = inRecording('tls13', events);

  it('opens as it is, and no longer once a bit of it is flipped', () => {
    expect(told(source, source.original)).toMatchObject({ badge: 'As it was' });
    expect(source.original.bytes).toEqual(source.original.record?.raw);
    expect(after(source, 20, 1)).toMatch(
      /^Noticed: The inspector refuses it: CLIENT_TRAFFIC_SECRET_0 .*does not open this record/,
    );
  });

  it('has a header that is authenticated, too', () => {
    expect(after(source, 2, 1)).toMatch(/^Noticed: /);
    expect(after(source, 3, 0x80)).toMatch(
      /^Noticed: The inspector refuses it: a record of \d+ bytes, at most/,
    );
  });
});
