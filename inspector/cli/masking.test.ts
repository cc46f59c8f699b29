import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writePcapng } from '#dissect/capture/write';
import { toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { inspect } from '../../test/support/programs/inspect-command.ts';
import { pskConversation } from '../../test/support/flows/psk-conversation.ts';

const SECRET = 'correct horse';
const LOGIN = encodeFrame(utf8(`{"type":"login","name":"mia","password":"${SECRET}"}`));

describe('passwords, tokens and codes in what inspect prints', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wireglass-masking-'));
  const capture = join(folder, 'login.pcapng');
  writeFileSync(capture, writePcapng(pskConversation({ c2s: [LOGIN], s2c: [] })));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const modes = [[], ['--tree'], ['--follow', '1'], ['--json']];

  it.each(modes.map((mode) => [mode.join(' ') || 'the list', mode] as const))(
    'are masked in %s, and a line says so',
    async (_name, mode) => {
      const { code, out, err } = await inspect([capture, ...mode]);
      expect(code).toBe(0);
      expect(out).toContain('password');
      expect(out).not.toContain(SECRET);
      expect(out).not.toContain(toHex(utf8(SECRET)));
      expect(err).toBe(
        'wireglass: 1 secret in messages masked (passwords, tokens, codes); --show-secrets shows them\n',
      );
    },
  );

  it.each(modes.map((mode) => [mode.join(' ') || 'the list', mode] as const))(
    'are shown in %s with --show-secrets',
    async (_name, mode) => {
      const { out, err } = await inspect([capture, ...mode, '--show-secrets']);
      expect(out).toContain(SECRET);
      expect(err).toBe('');
    },
  );

  it.each([
    ['--no-keys', '--keys', 'f'],
    ['--keys', 'f', '--no-keys'],
    ['--no-keys', '--psk-file', 'f'],
  ])('no secrets and some cannot be asked for at once: %s %s %s', async (...args) => {
    const { code, err } = await inspect([capture, ...args]);
    expect(code).toBe(1);
    expect(err).toMatch(/'--no-keys' uses no secrets: it cannot be combined with '--(keys|psk-file)'/);
  });
});
