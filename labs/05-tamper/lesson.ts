import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '05-tamper',
  part: 'II',
  title: 'Tamper',
  goal: 'Change and read encrypted texts without the key, then build the encryption that resists both.',
  minutes: 75,
  exports: ['flipText', 'decryptWithOracle', 'sealAndAuthenticate', 'openAuthenticated'],
  modules: ['node:crypto'],
  restsOn: [],
  checks: CHECKS,
};
