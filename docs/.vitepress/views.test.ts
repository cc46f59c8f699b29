import { expect, it } from 'vitest';
import { VIEWS } from '../../inspector/app/shell/views.ts';
import { viewLinks } from './views.ts';

it('the bar of the docs has the views of the workbench', () => {
  const shown = VIEWS.filter(({ hidden }) => !hidden);
  expect(viewLinks()).toEqual(shown.map(({ path, title }) => ({ path, title })));
  expect(viewLinks('')).toEqual([]);
});
