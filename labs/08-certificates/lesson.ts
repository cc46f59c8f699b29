import type { Lesson } from '#judge/lesson';
import { CHECKS } from './checks.ts';

export const lesson: Lesson = {
  name: '08-certificates',
  part: 'III',
  title: 'Certificates',
  goal: 'Make a certificate authority and a certificate for a server, and read one byte by byte.',
  minutes: 75,
  exports: ['makeCa', 'issue', 'readCertificate'],
  modules: ['node:crypto', 'node:net', 'node-forge'],
  restsOn: [],
  checks: CHECKS,
};
