import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '02-plain-chat',
  part: 'I',
  title: 'A plain chat',
  goal: 'Let strangers talk in a room, and let none of them bring it down.',
  minutes: 60,
  exports: ['createChat'],
  modules: [],
  network: true,
  restsOn: ['01-frames'],
  checks: CHECKS,
};
