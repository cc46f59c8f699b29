import { expect, it } from 'vitest';
import { readSource } from './sources.ts';
import { viewLinks } from './views.ts';

it('the bar of the docs has every row of the table of views that is not hidden', () => {
  const table = readSource('inspector/app/shell/views.ts');
  const rows = table.match(/^ {4}path: /gm)?.length ?? 0;
  const hidden = table.match(/^ {4}hidden: true,$/gm)?.length ?? 0;
  const found = viewLinks();
  expect(found).toHaveLength(rows - hidden);
  expect(found[0]).toEqual({ path: '/', title: 'Wires' });
  expect(found.map(({ title }) => title)).not.toContain('Design');
  expect(viewLinks('')).toEqual([]);
});
