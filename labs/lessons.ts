/** The labs, one row each, in the order in which they are done. */
import type { Lesson } from '#judge/lesson';
import { lesson as frames } from './01-frames/lesson.ts';

export const LESSONS: readonly Lesson[] = [frames];

export function lessonByName(name: string): Lesson | undefined {
  return LESSONS.find((lesson) => lesson.name === name);
}
