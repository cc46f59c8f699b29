/** How the commands and the outputs in the text of a lab are read. */
import { describe, expect, it } from 'vitest';
import { ruleFor } from '../labs/rules.ts';
import { asShown, shellWords, shownCommands } from './shown.ts';

const block = (mark: string, ...lines: string[]): string => [`\`\`\`${mark}`, ...lines, '```', ''].join('\n');

describe('the text of a lab', () => {
  it('shows commands in blocks and in sentences, and what the last one before an output prints', () => {
    const text = [
      block('sh', 'npm start', 'npx wireglass chat'),
      block('text output', 'hello', '  you are …'),
      block('text', 'npx of no account'),
      'Then type `/wire tls`, and run `npm start` or `node -v`, but not `nc`:',
      block('text output', 'v22'),
    ].join('\n');
    expect(shownCommands(text)).toEqual([
      { command: 'npm start', line: 2 },
      { command: 'npx wireglass chat', line: 3, output: ['hello', '  you are …'] },
      { command: '/wire tls', line: 15 },
      { command: 'npm start', line: 15 },
      { command: 'node -v', line: 15, output: ['v22'] },
    ]);
  });

  it.each([
    ['an output without a command', block('text output', 'hello')],
    ['a second output', block('sh', 'ls') + block('text output', 'one') + block('text output', 'two')],
    ['a line that fits nearly everything', block('sh', 'ls') + block('text output', 'a …')],
    ['commands under another mark', block('bash', 'ls')],
  ])('may not have %s', (_, text) => {
    expect(() => shownCommands(text)).toThrow();
  });

  it('is compared from the first line on; three dots stand for anything on a line', () => {
    const shown = ['1 read of … bytes', 'at file.ts:8'];
    expect(asShown(shown, '1 read of 22 bytes\nat file.ts:8  \nmore\n')).toEqual(shown);
    for (const printed of [
      '1 read of  bytes\nat file.ts:8',
      '1 read of 22 bytes\nat file-ts:8',
      '1 read of 22 bytes',
      '\n1 read of 22 bytes\nat file.ts:8',
      '1 read of 2\n2 bytes\nat file.ts:8',
    ])
      expect(asShown(shown, printed)).not.toEqual(shown);
  });

  it('is taken apart as a shell does it', () => {
    expect(shellWords(`inspect a.pcapng --filter 'wire == psk and type == "say"' -e "b 'c'"`)).toEqual([
      'inspect',
      'a.pcapng',
      '--filter',
      'wire == psk and type == "say"',
      '-e',
      "b 'c'",
    ]);
  });

  it('may not show a command that nobody has thought of', () => {
    expect(ruleFor({ command: 'npx wireglass lab watch 01', line: 1 })).toBeDefined();
    expect(ruleFor({ command: 'npx wireglass lab wach 01', line: 1 })).toBeUndefined();
    expect(ruleFor({ command: 'rm -r labs', line: 1 })).toBeUndefined();
  });
});
