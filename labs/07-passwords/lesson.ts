import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '07-passwords',
  part: 'II',
  title: 'Passwords',
  goal: 'Crack passwords that were stored badly, then store them well and build a login that tells nobody anything.',
  minutes: 60,
  exports: ['crackSha256', 'createAccounts'],
  modules: ['node:crypto'],
  restsOn: [],
  checks: CHECKS,
};
