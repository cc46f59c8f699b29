import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '04-seal',
  part: 'II',
  title: 'Seal',
  goal: 'Encrypt a text under a shared key so that nobody else can read it, and nobody can change it unnoticed.',
  minutes: 45,
  exports: ['encryptMessage', 'decryptMessage'],
  modules: ['node:crypto'],
  restsOn: [],
  checks: CHECKS,
};
