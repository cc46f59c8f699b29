import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '06-replay',
  part: 'II',
  title: 'Replay',
  goal: 'Make the keys of a connection and the numbers of its records, so that nothing can be sent twice.',
  minutes: 120,
  exports: ['readReusedNonce', 'deriveKeys', 'createSealer', 'createOpener', 'createServerChannel'],
  modules: ['node:crypto'],
  restsOn: ['04-seal'],
  checks: CHECKS,
};
