/** What `inspect` says about a key log as a whole, and how it prints names and texts from elsewhere. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writePcapng } from '#dissect/capture/write';
import { inspect, started } from '../../test/support/programs/inspect-command.ts';
import { HELLO } from '../../test/support/captures/views.ts';
import { pskConversation } from '../../test/support/flows/psk-conversation.ts';

const folder = mkdtempSync(join(tmpdir(), 'wireglass-secret-warnings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const TALK = pskConversation({ c2s: [HELLO, HELLO], s2c: [HELLO] });
const capture = file('talk.pcapng', writePcapng(TALK));
const closed = file('closed.pcapng', writePcapng(TALK.filter(({ kind }) => kind !== 'secret')));
const OTHER = Array.from(
  { length: 3 },
  (_, i) => `CLIENT_RANDOM ${`a${i}`.repeat(32)} ${'cd'.repeat(48)}`,
).join('\n');
const MODES = [[], ['--json'], ['--tree'], ['--stats'], ['--follow', '1'], ['--keyschedule']];

describe('a key log of other connections', () => {
  const keys = file('other.keys', OTHER);

  it.each(MODES)('gets one line, not a line per record: %s %s', async (...mode) => {
    const { code, err } = await inspect([closed, '--keys', keys, ...mode]);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^wireglass: 0 of 3 randoms in the key log occur in this capture: it belongs to other connections\n$/,
    );
  });

  it('gets no warning where secrets are not used, or where one of them fits', async () => {
    expect((await inspect([capture, '--no-keys'])).err).toBe('');
    expect((await inspect([capture, '--keys', keys])).err).toBe('');
  });
});

it('a secret of a wrong length is named once', async () => {
  const line = TALK.flatMap((event) => (event.kind === 'secret' ? [event.line] : []))[0] ?? '';
  const { code, err } = await inspect([closed, '--keys', file('short.keys', line.slice(0, -8))]);
  expect(code).toBe(0);
  expect(err).toMatch(
    /^wireglass: WIREGLASS_PSK_PRK .* has 28 bytes where 32 are expected, so it is not used\n$/,
  );
});

describe('a key log without secrets', () => {
  it.each([
    ['nothing', ''],
    ['blank lines', '\n\r\n\n'],
    ['comments', '# made by a browser\n#\n'],
  ])('that holds %s is told, and the file is shown', async (_, text) => {
    const keys = file('empty.keys', text);
    const { code, out, err } = await inspect([closed, '--keys', keys]);
    expect([code, err]).toEqual([0, `wireglass: ${keys}: this key log contains no secrets\n`]);
    expect(out).toContain('flow 1');
  });
});

// Real programs: the last line of defence is in the program itself.
describe('a file whose name has control characters', { timeout: 180_000 }, () => {
  const NAME = 'evil\u001b[2J\u202e\n.pcapng';

  it('cannot command the terminal if it is damaged, missing or a wrong key log', async () => {
    const damaged = file(NAME, writePcapng(TALK).subarray(0, -20));
    const keys = file(`${NAME}.keys`, '');
    const wrong = file(`${NAME}.wrong`, 'hello');
    copyFileSync(capture, join(folder, 'plain.pcapng'));
    const outcomes = await Promise.all([
      started([damaged, '--keys', keys]),
      started([join(folder, `missing${NAME}`)]),
      started([join(folder, 'plain.pcapng'), '--keys', wrong]),
      started([capture, `--gone${NAME}`]),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 1, 1, 1]);
    for (const { err } of outcomes) {
      expect(err).toContain('·[2J·');
      // eslint-disable-next-line no-control-regex -- this is what must not be there
      expect(err).not.toMatch(/[\u001b\u202e]/);
    }
  });
});

it('a capture without TCP says so, and what its packets were', async () => {
  // A packet of Ethernet with IPv4 and UDP.
  const packet = `ffffffffffff0200000000010800${'4500001c00000000401100007f0000017f000001'}${'0035003500080000'}`;
  const header = `d4c3b2a1020004000000000000000000${'ffff0000'}01000000`;
  const record = `0000000000000000${'2a000000'}${'2a000000'}`;
  const pcap = Buffer.from(header + record + packet, 'hex');
  const { code, out, err } = await inspect([file('udp.pcap', pcap)]);
  expect([code, out]).toEqual([0, 'This file contains no TCP connection.\n']);
  expect(err).toMatch(/udp\.pcap: no TCP connection among 1 packet: 1 .*UDP/);
});
