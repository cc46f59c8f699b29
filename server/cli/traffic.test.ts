/** What the traffic log prints of messages with secrets in them. */
import { describe, expect, it } from 'vitest';
import { Recorder } from '#tap/recorder';
import { toHex, utf8 } from '#protocol/bytes';
import { type Line, traffic } from '../../test/support/flows/traffic.ts';
import { logTraffic } from './traffic.ts';

const SECRET = 'correct horse';
const NOTICE = '(passwords, tokens and codes in messages are masked; --show-secrets prints them)';

const LOGIN: readonly Line[] = [
  { dir: 'c2s', message: { type: 'login', name: 'mia', password: SECRET } },
  { dir: 'c2s', message: { type: 'login', name: 'mia', password: SECRET } },
  { dir: 'c2s', message: { type: 'say', text: 'hello', ref: '1' } },
];

function printed(wire: 'plain' | 'psk', said: readonly Line[], showSecrets = false): string[] {
  const recorder = new Recorder();
  const lines: string[] = [];
  const end = logTraffic(recorder, (line) => lines.push(line), { showSecrets });
  for (const event of traffic({ flow: 1, wire, lines: said })) recorder.record(event);
  end();
  return lines;
}

describe.each(['plain', 'psk'] as const)('on the %s wire', (wire) => {
  it('secrets are masked, in the text and in the bytes, and one line says so', () => {
    const lines = printed(wire, LOGIN);
    const text = lines.join('\n');
    expect(text).toContain('"type":"login"');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(toHex(utf8(SECRET)));
    expect(lines.filter((line) => line === NOTICE)).toHaveLength(1);
    expect(lines.indexOf(NOTICE)).toBeLessThan(lines.findIndex((line) => line.includes('"type":"login"')));
  });

  it('secrets are printed on request, without a word about masking', () => {
    const lines = printed(wire, LOGIN, true);
    expect(lines.filter((line) => line.includes(`"password":"${SECRET}"`))).toHaveLength(2);
    expect(lines).not.toContain(NOTICE);
  });

  it('masking is not mentioned if there was nothing to mask', () => {
    const lines = printed(wire, LOGIN.slice(2));
    expect(lines.join('\n')).toContain('"text":"hello"');
    expect(lines).not.toContain(NOTICE);
  });
});
