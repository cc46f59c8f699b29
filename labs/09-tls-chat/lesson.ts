import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '09-tls-chat',
  part: 'III',
  title: 'A TLS chat',
  goal: 'Put your chat on TLS without changing a line of it, and write the client that knows its server.',
  minutes: 90,
  exports: ['createCore', 'createTlsListener', 'connectTls', 'startServer'],
  modules: ['node:crypto', 'node:events', 'node:net', 'node:stream', 'node:tls'],
  network: true,
  restsOn: ['01-frames', '02-plain-chat', '06-replay'],
  checks: CHECKS,
};
