/** The stages that a class is led through are those that the handbook describes. */
import { access, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PLANS } from '#classroom/plans';
import { PLAN_IDS } from '#dissect/page-class';
import { PAGE_PATHS } from '#web/page-paths';

interface Row {
  readonly minutes: number;
  readonly text: string;
}

/** Rows of the plan of a lesson, in their order: `| 5–12 | **The plain wire.** Open … |`. */
function rowsIn(page: string): Row[] {
  return [...page.matchAll(/^\| (\d+)–(\d+) +\| (.*?) +\|$/gm)].map(([, from = '', to = '', text = '']) => ({
    minutes: Number(to) - Number(from),
    text: text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', ''),
  }));
}

/** Where the source of a page of the docs is: a lab’s page is made from its README. */
function sourceOf(place: string): string {
  const lab = /^\/docs\/labs\/(.*)\.html$/.exec(place)?.[1];
  return lab === undefined ? place.slice(1).replace(/html$/, 'md') : `labs/${lab}/README.md`;
}

describe.each(PLAN_IDS)('the plan of %s minutes', (id) => {
  const { title, stages } = PLANS[id];

  it('has the stages of the handbook, in their order and as long', async () => {
    const page = await readFile(`docs/handbook/lesson-${id}.md`, 'utf8');
    const rows = rowsIn(page);
    expect(page.toLowerCase()).toContain(`# ${id} minutes: ${title}\n`.toLowerCase());
    expect(stages.map(({ minutes }) => minutes)).toEqual(rows.map(({ minutes }) => minutes));
    for (const [at, stage] of stages.entries())
      expect(rows[at]?.text.toLowerCase().startsWith(stage.title.toLowerCase()), stage.title).toBe(true);
  });

  it('is as long as it says', () => {
    expect(stages.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(Number(id));
  });

  it('leads only to places that are there', async () => {
    for (const { place } of stages) {
      if (place === undefined) continue;
      if (place.startsWith('/docs/')) await access(sourceOf(place));
      else expect(PAGE_PATHS).toContain(place);
    }
  });
});
