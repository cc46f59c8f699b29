import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '13-many-clients',
  part: 'IV',
  title: 'Many clients',
  goal: 'Send one message to many clients so that a slow one harms nobody, and measure and plot what it costs.',
  minutes: 75,
  exports: ['createBroadcast', 'percentile', 'measure', 'plot'],
  modules: ['node:events', 'node:net'],
  network: true,
  restsOn: [],
  checks: CHECKS,
};
