import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsIn } from './compiler.ts';
import { ROOT } from './sources.ts';

const ROWS = 'server/protocol/schemas/rooms.ts';
const MESSAGES = 'server/protocol/messages.ts';
const COMMANDS = 'server/chat/commands/talk/table.ts';

/** A copy of a file under another name, with one passage changed. */
function copy(path: string, name: string, passage: string | RegExp, replacement: string): [string, string] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const changed = text.replace(passage, replacement);
  if (changed === text && passage !== '') throw new Error(`${path} has no ${passage}`);
  return [path.replace(/\.ts$/, `.${name}.ts`), changed];
}

/** The rows of the rooms, with something changed in that of `create`. */
function rows(name: string, part: RegExp, replacement = ''): [string, string] {
  const inCreate = new RegExp(`(?<=\\n  create: \\{(?:(?!\\n  \\},).)*?)${part.source}`, 's');
  return copy(ROWS, name, inCreate, replacement);
}

const FILES = {
  whole: copy(ROWS, 'whole', '', ''),
  schema: rows('schema', /\n {4}schema: v\.object\(\{.*?\n {4}\}\),/),
  right: rows('right', /\n {4}right: [^\n]*/),
  rate: rows('rate', /\n {4}rate: [^\n]*/),
  answers: rows('answers', /\n {4}answers: [^\n]*/),
  sending: rows('sending', /\n {4}sending: [^\n]*/),
  wrongRight: rows('wrong-right', /right: 'user'/, "right: 'nobody'"),
  wrongRate: rows('wrong-rate', /rate: 'sign'/, "rate: 'sing'"),
  wrongAnswer: rows('wrong-answer', /answers: \['done'\]/, "answers: ['dome']"),
  tableOfWhole: copy(MESSAGES, 'whole', '/rooms.ts', '/rooms.whole.ts'),
  tableOfWrongAnswer: copy(MESSAGES, 'wrong-answer', '/rooms.ts', '/rooms.wrong-answer.ts'),
  commands: copy(COMMANDS, 'whole', '', ''),
  noCommand: copy(COMMANDS, 'no-command', /\n {2}create,/, ''),
} as const;

describe('the compiler', () => {
  const errors = errorsIn(Object.fromEntries(Object.values(FILES)));
  const errorsAbout = (name: keyof typeof FILES): string => errors[FILES[name][0]]!.join('\n');

  it.each(['whole', 'tableOfWhole', 'commands'] as const)('accepts what is whole (%s)', (name) => {
    expect(errorsAbout(name)).toBe('');
  });

  it.each(['schema', 'right', 'rate', 'answers', 'sending'] as const)(
    'refuses the row of a message without its %s',
    (part) => expect(errorsAbout(part)).toContain(`Property '${part}' is missing`),
  );

  it('refuses a right, a rate and an answer that do not exist', () => {
    expect(errorsAbout('wrongRight')).toContain('"nobody"');
    expect(errorsAbout('wrongRate')).toContain('"sing"');
    expect(errorsAbout('tableOfWrongAnswer')).toContain('"dome"');
  });

  it('refuses a message without a command', () => {
    expect(errorsAbout('noCommand')).toContain("Property 'create' is missing");
  });
});
