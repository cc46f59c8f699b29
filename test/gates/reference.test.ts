import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { PAGES, TABLES, regenerate, tablesIn } from './reference.ts';
import { fieldRows } from './schema-rows.ts';
import { ROOT } from './sources.ts';
import { fromHex, toHex } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { CLIENT_MESSAGES, SERVER_MESSAGES, encodeMessage } from '#protocol/messages';

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  it('says what the code does (if it does not: node --import tsx test/gates/reference.ts)', async () => {
    expect(text).toBe(await regenerate(page, text));
  });
});

it('a page would not pass with one character more in a table', async () => {
  const page = 'docs/reference/errors.md';
  const text = readFileSync(join(ROOT, page), 'utf8');
  const changed = text.replace(/\w(?=[^\w]*<!-- end -->)/, '$&x');
  expect(changed).not.toBe(text);
  expect(await regenerate(page, changed)).toBe(text);
});

it('every table is on a page', () => {
  const shown = PAGES.flatMap((page) => tablesIn(readFileSync(join(ROOT, page), 'utf8')));
  expect(Object.keys(TABLES).filter((name) => !shown.includes(name))).toEqual([]);
});

it('a page cannot ask for a table that is not made', async () => {
  await expect(regenerate('x.md', '<!-- table: gone -->\n<!-- end -->')).rejects.toThrow(
    'asks for a table gone',
  );
});

it('every limit is explained, and every field that is not a list of others', () => {
  expect(TABLES['limits']!()).not.toMatch(/\|\s*\|$/m);
  const messages = [...Object.values(CLIENT_MESSAGES), ...Object.values(SERVER_MESSAGES)];
  const unexplained = messages.flatMap((schema) => fieldRows(schema)).filter(({ note }) => note === '');
  expect(unexplained.filter(({ shape }) => shape !== 'list of objects')).toEqual([]);
});

it('the frame shown byte by byte is a real frame', () => {
  const page = readFileSync(join(ROOT, 'docs/reference/protocol.md'), 'utf8');
  const [, block = ''] = /```hex\n(.*?)```/s.exec(page) ?? [];
  const hex = block.replace(/ {4,}.*$/gm, '');
  expect(toHex(fromHex(hex))).toBe(toHex(encodeFrame(encodeMessage({ type: 'say', text: 'hi' }))));
});

describe('rows of a schema', () => {
  it('name every field with its shape and note', () => {
    const described = v.pipe(v.pipe(v.string(), v.minLength(1), v.maxLength(4000)), v.description('What.'));
    const schema = v.object({
      text: described,
      list: v.optional(v.array(v.object({ n: v.pipe(v.number(), v.integer()) }))),
    });
    expect(fieldRows(schema)).toEqual([
      {
        name: 'text',
        shape: 'string, 1 to 4,000 characters',
        required: true,
        note: 'What.',
      },
      { name: 'list', shape: 'list of objects', required: false, note: '' },
      { name: 'list[].n', shape: 'number, whole', required: true, note: '' },
    ]);
  });

  it('leave out nothing they do not understand', () => {
    expect(() => fieldRows(v.object({ a: v.bigint() }))).toThrow('bigint');
    expect(() => fieldRows(v.object({ a: v.pipe(v.string(), v.email()) }))).toThrow('email');
  });
});
