/** A suite of the psk wire is one row: no part of it can be forgotten, and nothing else knows it by its name. */
import { describe, expect, it } from 'vitest';
import { errorsIn } from './compiler.ts';
import { type Sources, readSources } from './sources.ts';
import { SUITE_NAMES } from '#channel/psk/suites';

const ROWS = 'server/channel/psk/suites.ts';
const PARTS = [
  'id',
  'name',
  'source',
  'keyLength',
  'ivLength',
  'body',
  'padding',
  'nonce',
  'numbered',
  'keys',
  'refusal',
  'aead',
  'promise',
] as const;

describe('the compiler', () => {
  const text = readSources().get(ROWS) as string;
  // The row of `aes-256-cbc` spells out every part.
  const [before = '', row = '', after = ''] = text.split(/(?=\n {2}\{\n {4}id: 0x8[12],)/);
  const changed = (part: RegExp, replacement = ''): string => {
    const other = row.replace(part, replacement);
    if (other === row) throw new Error(`the row has no ${part.source}`);
    return before + other + after;
  };
  const without = (part: string): string => changed(new RegExp(`    ${part}: [^\\n]*\\n`));
  const files = Object.fromEntries([
    [ROWS.replace('.ts', '.whole.ts'), text],
    ...PARTS.map((part) => [ROWS.replace('.ts', `.${part}.ts`), without(part)]),
    [ROWS.replace('.ts', '.wrong.ts'), changed(/'bad_padding'/, "'bad_pudding'")],
  ]) as Record<string, string>;
  const errors = errorsIn(files);
  const about = (name: string): string => (errors[ROWS.replace('.ts', `.${name}.ts`)] ?? []).join('\n');

  it('accepts the rows as they are', () => expect(about('whole')).toBe(''));

  it.each(PARTS)('refuses a row without its %s', (part) => {
    expect(about(part)).toContain(`Property '${part}' is missing`);
  });

  it('refuses a code that does not exist', () => expect(about('wrong')).toContain('"bad_pudding"'));
});

describe('no code knows a suite by its name', () => {
  /** Names that nothing but a suite has: the others are names of ciphers, too. */
  const names = SUITE_NAMES.filter(
    (name) => !['aes-256-gcm', 'aes-256-cbc', 'chacha20-poly1305'].includes(name),
  );
  const named = (sources: Sources): string[] =>
    [...sources]
      .filter(
        ([path]) => /^(server|client|inspector)\//.test(path) && !path.endsWith('.test.ts') && path !== ROWS,
      )
      .flatMap(([path, text]) =>
        [...text.matchAll(/(['"`])([\w-]+)\1/g)]
          .filter(([, , word]) => (names as readonly string[]).includes(word as string))
          .map(([, , word]) => `${path} names ${word}`),
      );

  it('outside the rows', () => expect(named(readSources())).toEqual([]));

  it('or it is found', () => {
    const text = "if (suite.name === 'aes-256-eax') return 16;";
    expect(named(new Map([['client/x.ts', text]]))).toEqual(['client/x.ts names aes-256-eax']);
  });
});
