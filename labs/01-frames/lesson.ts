import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '01-frames',
  part: 'I',
  title: 'Frames',
  goal: 'Find the messages in a stream of bytes that arrives in any pieces.',
  minutes: 30,
  exports: ['createFrameDecoder'],
  modules: [],
  restsOn: [],
  checks: CHECKS,
};
