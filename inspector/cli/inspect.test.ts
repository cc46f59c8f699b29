import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { writePcapng } from '#dissect/pcapng-write';
import { toHex } from '#wire/bytes';
import { encodeFrame } from '#wire/frame';
import { encodeMessage } from '#wire/messages';
import { pskConversation } from '../../test/support/psk-conversation.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `
  import { Command } from 'commander';
  import { register } from './inspector/cli/inspect.ts';
  const program = new Command('wireglass');
  register(program);
  program.parseAsync(['inspect', ...process.argv.slice(1)], { from: 'user' }).catch((error) => {
    console.error('wireglass: ' + error.message);
    process.exitCode = 1;
  });
`;
const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'hello\u202e' }));
const TALK = pskConversation({ c2s: [SAY], s2c: [] });
const SECRET = TALK.flatMap((event) => (event.kind === 'secret' ? [event.line] : []))[0] as string;

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; `readBytes` closes its standard output after so many bytes, as `head` does. */
function inspect(args: readonly string[], readBytes = Infinity): Promise<Outcome> {
  const node = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM, '--', ...args];
  const child = spawn(process.execPath, node, { cwd: ROOT, env: { ...process.env, CI: '1' } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
    if (out.length >= readBytes) child.stdout.destroy();
  });
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

describe('wireglass inspect', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wireglass-inspect-'));
  const file = (name: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const capture = file('talk.pcapng', writePcapng(TALK));
  const closed = file('closed.pcapng', writePcapng(TALK, { keys: false }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints one JSON object for each record', async () => {
    const { code, out, err } = await inspect([capture, '--json']);
    expect([code, err]).toEqual([0, '']);
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      records.map(({ dir, title, state }) => `${String(dir)} ${String(title)} ${String(state)}`),
    ).toEqual([
      'c2s client_hello clear',
      's2c server_hello clear',
      'c2s client_finished clear',
      'c2s say opened',
      'c2s alert: done opened',
    ]);
    expect(records[3]).toMatchObject({
      flow: 1,
      wire: 'psk',
      layer: 'record',
      proto: 'psk',
      plain: toHex(SAY),
      inner: [{ layer: 'frame', proto: 'frame', title: 'say', raw: toHex(SAY), state: 'clear', start: 0 }],
    });
    expect(records[3]?.['raw']).toMatch(/^17[0-9a-f]+$/);
    expect(Object.keys(records[0] ?? {})).toEqual(
      expect.arrayContaining(['flow', 'dir', 'time', 'layer', 'proto', 'raw', 'state', 'fields']),
    );
  });

  it('prints a list for people, without colours when piped and without the sender’s control characters', async () => {
    const { code, out } = await inspect([capture]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^flow 1 {2}psk {2}127\.0\.0\.1:50000 → 127\.0\.0\.1:5556 {2}psk, aes-256-gcm {2}closed\n/,
    );
    expect(out).toContain('{"type":"say","text":"hello·"}');
    // eslint-disable-next-line no-control-regex -- this is what must not be there
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });

  it('takes further secrets from a file, and none at all when asked', async () => {
    const keys = file('keys.txt', `# of a session\n${SECRET}\n`);
    const [without, within, withheld] = await Promise.all([
      inspect([closed]),
      inspect([closed, '--keys', keys]),
      inspect([capture, '--no-keys']),
    ]);
    expect(without.out).toContain('no secret for the client nonce');
    expect(within.out).toContain('"text":"hello');
    expect(withheld.out).toBe(without.out);
  });

  it.each([
    ['a missing file', () => [join(folder, 'missing')], /missing: there is no such file\n$/],
    ['a folder', () => [folder], /this is a folder\n$/],
    ['another kind of file', () => [file('text', 'hello')], /text: neither a pcapng nor a pcap file\n$/],
    [
      'keys that are none',
      () => [capture, '--keys', file('no-keys', 'hello')],
      /no line of a key log stands in it/,
    ],
  ])('refuses %s with a sentence and code 1', async (_name, args, message) => {
    const { code, out, err } = await inspect(args());
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('warns of a file that is cut off, and shows what is there', async () => {
    const { code, out, err } = await inspect([
      file('cut.pcapng', writePcapng(TALK).subarray(0, -20)),
      '--json',
    ]);
    expect(code).toBe(0);
    expect(err).toMatch(/is cut off or broken\n$/);
    expect(out.trim().split('\n')).toHaveLength(5);
  });

  it('ends in peace when nobody reads on', async () => {
    const long = Array.from({ length: 2_000 }, () => SAY);
    const many = file('many.pcapng', writePcapng(pskConversation({ c2s: long, s2c: [] })));
    expect(await inspect([many, '--json'], 1)).toMatchObject({ code: 0, err: '' });
  });
});
