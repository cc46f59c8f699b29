/** What the bar of the workbench leads to, read from its table: the code of the views is no part of this site. */
import { readSource } from './sources.ts';

const ROW = /^ {4}path: '(.+)',\n {4}title: '(.+)',\n((?: {4}.*\n)*?) {2}\},$/gm;

export function viewLinks(
  table = readSource('inspector/app/shell/views.ts'),
): { path: string; title: string }[] {
  return [...table.matchAll(ROW)].flatMap(([, path = '', title = '', rest = '']) =>
    rest.includes('hidden: true') ? [] : [{ path, title }],
  );
}
