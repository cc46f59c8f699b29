/** One page for each row of the table of labs. Its text is the README of the lab itself. */
import { LESSONS } from '#labs/lessons';
import { isPageLab } from '#labs/page/page-labs';
import { readSource, sourceOf } from '../.vitepress/sources.ts';
import { sightOf } from './sights.ts';

/** Where the lab can be done in its page: said below the title, with the way to the editor. */
const DOOR =
  'You can do this lab in this page, without installing anything: [go to the editor](#do-it-in-this-page). Or do it on your own machine, as the text says.';

export default {
  watch: ['../../labs/*/README.md'],
  paths: () => LESSONS.map(({ name }) => ({ params: { lab: name }, content: pageOf(name) })),
};

/** Behind the story of each lab, and before its questions, stands a demo. */
function pageOf(name: string): string {
  const text = readSource(sourceOf(`labs/${name}.md`)).replace(
    /^## Questions$/m,
    (title) => `${sightOf(name)}\n\n${title}`,
  );
  if (!isPageLab(name)) return text;
  const opened = text.replace(/^# .*$/m, (title) => `${title}\n\n${DOOR}`);
  return `${opened.trimEnd()}\n\n## Do it in this page\n\n<LabEditor lab="${name}" />\n`;
}
