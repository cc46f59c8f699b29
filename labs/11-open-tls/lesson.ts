import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '11-open-tls',
  part: 'III',
  title: 'Open a TLS record',
  goal: 'Read a recorded TLS 1.3 connection with its key log, and see which leaked key opens the past.',
  minutes: 75,
  exports: ['parseKeyLog', 'expandLabel', 'trafficKeys', 'openRecord', 'openConversation'],
  modules: ['node:crypto'],
  restsOn: [],
  checks: CHECKS,
};
