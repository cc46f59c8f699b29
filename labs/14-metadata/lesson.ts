import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '14-metadata',
  part: 'IV',
  title: 'Metadata',
  goal: 'Read from lengths and times what encryption does not hide, and hide some of it at a price that you compute.',
  minutes: 50,
  exports: ['recordLength', 'guessText', 'pad', 'unpad', 'priceOfPadding', 'partnerOf'],
  modules: [],
  restsOn: [],
  checks: CHECKS,
};
