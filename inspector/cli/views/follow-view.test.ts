import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { concat, fromHex, utf8 } from '#protocol/bytes';
import { followLines, hexdump } from './follow-view.ts';
import { PLAIN } from '../output/terminal.ts';
import { HELLO, PONG, TALK, TERMINAL, flow, dissected } from '../../../test/support/captures/views.ts';

describe('--follow', () => {
  const followed = (events: readonly TapEvent[], keys = true): string[] =>
    [...followLines({ dissection: dissected(events, keys) }, 1, PLAIN)].slice(2);

  it('shows who said what, without the protection', () => {
    expect(followed(TALK)).toEqual([
      'client → server  (psk client_hello, 52 bytes)',
      'server → client  (psk server_hello, 78 bytes)',
      'client → server  (psk client_finished, 44 bytes)',
      'client → server  {"type":"say","text":"hello"}',
      'server → client  {"type":"pong"}',
      'client → server  (psk alert: done, 29 bytes)',
    ]);
  });

  it('gives length and reason of what stays closed', () => {
    expect(followed(TALK, false)[3]).toMatch(/^client → server {2}\[61 bytes, no-key: .*client nonce.*\]$/);
  });

  it('shows text line by line and everything else as a hexdump, one stretch for each turn', () => {
    const events = flow(
      ['c2s', utf8('GET /a HTTP/1.1\r\nHo')],
      ['c2s', utf8('st: x\u001b[2J\r\n')],
      ['s2c', fromHex('ff 00 01 48 69')],
    );
    expect(followed(events)).toEqual([
      'client → server  GET /a HTTP/1.1',
      'client → server  Host: x·[2J',
      'server → client  00000000  ff 00 01 48 69                                   |...Hi|',
    ]);
  });

  it('goes on after a malformed unit', () => {
    const events = flow(['c2s', concat([HELLO, fromHex('00000000')])], ['s2c', PONG]);
    expect(followed(events)).toEqual([
      'client → server  {"type":"say","text":"hello"}',
      expect.stringMatching(/^client → server {2}\[4 bytes, malformed: .+\]$/),
      'client → server  00000000  00 00 00 00                                      |....|',
      'server → client  {"type":"pong"}',
    ]);
  });

  it('colours the sides apart on a terminal', () => {
    const lines = [...followLines({ dissection: dissected(TALK) }, 1, TERMINAL)];
    expect(lines.find((line) => line.includes('hello"'))).toContain(
      pc.createColors(true).cyan('client → server'),
    );
    expect(lines.find((line) => line.includes('pong'))).toContain(
      pc.createColors(true).magenta('server → client'),
    );
  });

  it('lists the flows when there is none of that number', () => {
    expect(() => followLines({ dissection: dissected(TALK) }, 2, PLAIN)).toThrow(
      /^there is no flow 2; these are the flows of this file:\n {2}flow 1 {2}psk/,
    );
  });

  it('dumps sixteen bytes per row', () => {
    expect([...hexdump(utf8('0123456789abcdef!'))]).toEqual([
      '00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  |0123456789abcdef|',
      '00000010  21                                               |!|',
    ]);
  });
});
