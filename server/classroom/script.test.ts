import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASS_CAPS } from '#dissect/page-class';
import { readScript } from './script.ts';

describe('a script', () => {
  it('has a name, a colon and what is said in each line; empty lines are no lines', () => {
    expect(readScript('Alice: Hello!\r\n\n  bob :Meet me at: nine  \n')).toEqual([
      { who: 'alice', text: 'Hello!' },
      { who: 'bob', text: 'Meet me at: nine' },
    ]);
  });

  it.each([
    ['', 'there is no line in it'],
    [' \n\n', 'there is no line in it'],
    ['ana: hi\nhello', 'line 2: a line is a name, a colon and what is said'],
    ['ana:  ', 'line 1: a line is a name, a colon and what is said'],
    [': hi', 'line 1: "" is no name of at most 16 characters'],
    ['a b: hi', 'line 1: "a b" is no name of at most 16 characters'],
    [`${'a'.repeat(17)}: hi`, `line 1: "${'a'.repeat(17)}" is no name of at most 16 characters`],
    ['a: 1\nb: 2\nc: 3\nd: 4\ne: 5', 'it has 5 speakers, and may have 4'],
    ['a: x\n'.repeat(41), 'it has 41 lines, and may have 40'],
  ])('is refused with what is wrong: %j', (script, problem) => {
    expect(readScript(script)).toEqual({ problem });
  });

  it('keeps to its caps, whatever is typed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (typed) => {
        const lines = readScript(typed.map(([who, text]) => `${who}:${text}`).join('\n'));
        if ('problem' in lines) return;
        expect(lines.length).toBeLessThanOrEqual(CLASS_CAPS.scriptLines);
        expect(new Set(lines.map(({ who }) => who)).size).toBeLessThanOrEqual(CLASS_CAPS.speakers);
        for (const { who, text } of lines) expect([who, text.trim()]).toEqual([who.toLowerCase(), text]);
      }),
    );
  });
});
