import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '10-mallory',
  part: 'III',
  title: 'Mallory',
  goal: 'Stand between a client and a server and read everything, then write the client that notices.',
  minutes: 60,
  exports: ['startMallory', 'dialVerifying', 'dialPinned'],
  modules: ['node:crypto', 'node:events', 'node:net', 'node:tls'],
  network: true,
  restsOn: [],
  checks: CHECKS,
};
