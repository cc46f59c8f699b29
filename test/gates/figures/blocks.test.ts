/** Every block of code in a page is a command, generated, or held by something that `blocks.ts` names. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../documents.ts';
import { ROOT } from '../sources.ts';
import { BLOCKS, type Holder, blocksOf } from './blocks.ts';

const pages = [...readDocuments(ROOT)]
  .filter(([path]) => !path.startsWith('labs/'))
  .map(([path, text]) => ({ path, blocks: blocksOf(text) }))
  .filter(({ path, blocks }) => blocks.length > 0 || path in BLOCKS);

describe.each(pages)('the blocks of $path', ({ path, blocks }) => {
  const holders = BLOCKS[path] ?? [];

  it('are those that something holds, in their order', () => {
    const held = blocks.map(({ text, line }, i) =>
      text.startsWith(holders[i]?.begins ?? 'nothing holds it')
        ? []
        : [`${path}:${line} ${text.slice(0, 40)}`],
    );
    expect(held.flat()).toEqual([]);
    expect(blocks).toHaveLength(holders.length);
  });

  it.each(holders)('$begins', (holder) => {
    const block = blocks.find(({ text }) => text.startsWith(holder.begins));
    mustHold(holder, block?.text ?? '', path);
  });
});

function mustHold(holder: Holder, text: string, page: string): void {
  if ('check' in holder) {
    holder.check(text);
    expect(() => holder.check(changed(text, holder.wrong)), 'a changed block').toThrow();
  } else if ('test' in holder) {
    // The test reads the page itself.
    expect(readFileSync(join(ROOT, holder.test), 'utf8')).toContain(page);
  } else if ('soak' in holder) {
    expect(existsSync(join(ROOT, `test/soak/${holder.soak}.ts`))).toBe(true);
  } else {
    expect(existsSync(join(ROOT, holder.in))).toBe(true);
  }
}

/** With another last digit, or with what must not be there. */
function changed(text: string, wrong?: readonly [string, string]): string {
  if (wrong) return text.replace(...wrong);
  return text.replace(
    /([0-9])([^0-9]*)$/,
    (_, digit: string, rest: string) => `${(Number(digit) + 1) % 10}${rest}`,
  );
}

it('the reading of blocks leaves out commands and what is generated', () => {
  const page = '```sh\nls\n```\n<!-- table: x -->\n```text\na\n```\n<!-- end -->\n```json\n{}\n```\n';
  expect(blocksOf(page)).toEqual([{ mark: 'json', text: '{}\n', line: 9 }]);
});
