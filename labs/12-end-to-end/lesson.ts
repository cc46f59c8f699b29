import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '12-end-to-end',
  part: 'IV',
  title: 'End to end',
  goal: 'Let two people talk through a server that relays what it cannot read.',
  minutes: 60,
  exports: ['createIdentity', 'sealFor', 'openFrom', 'safetyNumber'],
  modules: ['node:crypto'],
  restsOn: [],
  checks: CHECKS,
};
