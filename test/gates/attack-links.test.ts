/** What an attack rests on and the attack itself are linked both ways: the concept pages and the labs. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { READINGS } from '../../inspector/app/attacks/matrix.ts';

const PAGES = Object.values(READINGS).map(({ concept: [page], labs }) => ({ page, labs }));
const conceptPage = (name: string): Promise<string> => readFile(`docs/concepts/${name}.md`, 'utf8');

/** The older pages that an attack page names in its list of concepts. */
function conceptsIn(text: string): string[] {
  const at = text.search(/^- Concepts?:/m);
  const [list = ''] = at < 0 ? [] : text.slice(at).split('\n- ');
  return [...list.matchAll(/\]\(([\da-z-]+)\.md\)/g)].map(([, name = '']) => name);
}

describe.each(PAGES)('$page', ({ page, labs }) => {
  it('and the labs that rest on it lead to each other', async () => {
    const named = [...(await conceptPage(page)).matchAll(/\/labs\/([\da-z-]+)\/README\.md/g)].map(
      ([, lab]) => lab,
    );
    expect([...new Set(named)].sort()).toEqual([...labs].sort());
    for (const lab of labs)
      expect(await readFile(`labs/${lab}/README.md`, 'utf8'), lab).toContain(`/docs/concepts/${page}.md`);
  });

  it('and the concepts that it rests on lead to each other', async () => {
    const concepts = conceptsIn(await conceptPage(page));
    expect(concepts).not.toEqual([]);
    for (const name of concepts) expect(await conceptPage(name), name).toContain(`(${page}.md)`);
  });
});
