import { expect, it } from 'vitest';
import { Progress, activityText } from './progress.ts';

it('shows nothing for short work, then the part that is done, and nothing at the end', () => {
  const progress = new Progress();
  expect([progress.at(100, 0), progress.at(60, 249)]).toEqual([undefined, undefined]);
  expect(progress.at(40, 250)).toBe(0.6);
  expect(progress.at(0, 300)).toBeUndefined();
  expect(progress.at(10, 400)).toBeUndefined();
});

it('counts work that is added meanwhile as part of the whole', () => {
  const progress = new Progress();
  progress.at(100, 0);
  expect(progress.at(50, 500)).toBe(0.5);
  expect(progress.at(100, 600)).toBeCloseTo(1 / 3);
});

it('is never finished before the end', () => {
  expect(activityText({ what: 'Opening records', share: 0.9999 })).toBe('Opening records… 99 %');
  expect(activityText({ what: 'Searching', share: undefined })).toBe('Searching…');
});
