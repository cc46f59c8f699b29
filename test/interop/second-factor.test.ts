/** A second factor with independent programs: zbar reads the QR code, and Python makes the codes by the clock. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FrameDecoder } from '#protocol/frame';
import { type Server, parseServerMessage } from '#protocol/messages';
import { type Cutter, startCutter } from '../support/flows/cutter.ts';
import { readHalfBlocks, toPgm } from '../support/programs/half-blocks.ts';
import { describeWith } from '../support/programs/needs.ts';
import { type Program, startServe, targetOf } from '../support/programs/program.ts';
import { Terminal } from '../support/programs/terminal.ts';

const PASSWORD = 'Lantern-orchid-47';
const TOTP = fileURLToPath(new URL('../support/programs/totp.py', import.meta.url));
/** A terminal with a light background, and one with a dark one. */
const THEMES = [
  { foreground: true, background: false },
  { foreground: false, background: true },
] as const;

let data: string;
let serve: Program;
let path: Cutter;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-second-factor-'));
  const { program, ready } = await startServe(data, '--plain-passwords');
  serve = program;
  path = await startCutter(await targetOf(ready, 'plain'));
}, 120_000);
afterAll(async () => {
  await path.close();
  serve.child.kill('SIGKILL');
  await serve.finished;
  await rm(data, { recursive: true, force: true });
});

/** The message with the secret, as it crosses the plain wire. */
function enrolment(): Promise<Server<'totp'>> {
  const decoder = new FrameDecoder();
  return new Promise((resolve) => {
    path.watch((bytes) => {
      decoder.push(bytes);
      for (let payload = decoder.next(); payload; payload = decoder.next()) {
        const message = parseServerMessage(payload);
        if (message.type === 'totp') resolve(message);
      }
    });
  });
}

describeWith(['pty', 'zbarimg'], 'the second factor on a terminal', ({ pty, zbarimg }) => {
  it('shows a QR code that zbar reads, with a secret from which Python makes a code that is accepted', async () => {
    const crossed = enrolment();
    const place = ['--wire', 'plain', '--host', '127.0.0.1', '--port', String(path.port)];
    const terminal = new Terminal(pty, [
      'chat',
      ...place,
      '--data',
      data,
      '--logins',
      join(data, 'logins'),
      '--name',
      'before',
    ]);
    await terminal.answer('before #lobby plain ›', '/register ana');
    await terminal.answer('(yes/no) ', 'yes');
    await terminal.answer('New password: ', PASSWORD);
    await terminal.answer('The same again: ', PASSWORD);
    const on = await terminal.answer('ana #lobby plain ›', '/2fa on');
    await terminal.answer('(yes/no) ', 'yes', on);
    await terminal.answer('Your password: ', PASSWORD, on);
    await terminal.shown('The code it shows: ', on);
    const { uri, secret } = await crossed;
    for (const theme of THEMES) {
      const picture = join(data, 'code.pgm');
      const pixels = readHalfBlocks(pictureIn(terminal.raw.slice(on)), theme);
      await writeFile(picture, toPgm(pixels, { scale: 4, border: 8, dark: theme.background }));
      expect(zbar(zbarimg, picture)).toBe(uri);
    }
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);

    const wrong = await terminal.answer('The code it shows: ', '000000', on);
    await terminal.answer('The code it shows: ', codeFrom(pty, uri), wrong);
    await terminal.shown('The second factor is on.', wrong);
    await terminal.stop();
  });
});

/** The lines with a background of their own, each without the prompt that was in its place before. */
function pictureIn(raw: string): string[] {
  const lines = raw.split('\r\n').map((line) => line.slice(line.lastIndexOf('\x1b[0J') + 4));
  return lines.filter((line) => line.startsWith('\x1b[47m') && /[▀▄█]/.test(line));
}

function zbar(zbarimg: string, picture: string): string {
  return execFileSync(zbarimg, ['--quiet', '--raw', '--nodbus', picture], { encoding: 'utf8' }).trimEnd();
}

function codeFrom(python3: string, uri: string): string {
  return execFileSync(python3, [TOTP], { input: uri, encoding: 'utf8' }).trim();
}
