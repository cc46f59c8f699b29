import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '03-eavesdrop',
  part: 'I',
  title: 'Eavesdrop',
  goal: 'Write the program that Eve runs: it takes the logins out of captured bytes.',
  minutes: 40,
  exports: ['findLogins'],
  modules: [],
  restsOn: ['01-frames'],
  checks: CHECKS,
};
