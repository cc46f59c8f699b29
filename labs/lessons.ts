/** The labs, one row each, in the order in which they are done. */
import type { Lesson } from '#judge/lesson';
import { lesson as frames } from './01-frames/lesson.ts';
import { lesson as plainChat } from './02-plain-chat/lesson.ts';
import { lesson as eavesdrop } from './03-eavesdrop/lesson.ts';
import { lesson as seal } from './04-seal/lesson.ts';
import { lesson as tamper } from './05-tamper/lesson.ts';
import { lesson as replay } from './06-replay/lesson.ts';
import { lesson as passwords } from './07-passwords/lesson.ts';
import { lesson as certificates } from './08-certificates/lesson.ts';
import { lesson as tlsChat } from './09-tls-chat/lesson.ts';
import { lesson as mallory } from './10-mallory/lesson.ts';
import { lesson as openTls } from './11-open-tls/lesson.ts';
import { lesson as endToEnd } from './12-end-to-end/lesson.ts';
import { lesson as manyClients } from './13-many-clients/lesson.ts';
import { lesson as metadata } from './14-metadata/lesson.ts';

export const LESSONS: readonly Lesson[] = [
  frames,
  plainChat,
  eavesdrop,
  seal,
  tamper,
  replay,
  passwords,
  certificates,
  tlsChat,
  mallory,
  openTls,
  endToEnd,
  manyClients,
  metadata,
];

export function lessonByName(name: string): Lesson | undefined {
  return LESSONS.find((lesson) => lesson.name === name);
}
