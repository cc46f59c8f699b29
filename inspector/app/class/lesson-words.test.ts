import { describe, expect, it } from 'vitest';
import type { Lesson, Timer } from '#dissect/page-class';
import { countdownText, docsTitle, nextStage, secondsLeft, stageLine, stageState } from './lesson-words.ts';

const stages = ['One', 'Two', 'Three'].map((title) => ({ title, minutes: 1 }));
const lesson = (open: number | null, ...done: number[]): Lesson => ({
  plan: '45',
  title: 'A lesson',
  stages,
  open,
  done,
});
const timer = (text: string): Timer => ({ text, by: 'Lee', ends: 0 });

describe('the stages of a lesson', () => {
  it('are open, done or ahead', () => {
    expect([0, 1, 2].map((at) => stageState(lesson(1, 0), at))).toEqual(['done', 'open', 'ahead']);
  });

  it.each([
    [lesson(null), 0],
    [lesson(0), 1],
    [lesson(null, 0), 1],
    [lesson(0, 1), 2],
    [lesson(2, 0, 1), undefined],
    [lesson(null, 0, 1, 2), undefined],
  ])('are opened one after the other (%#)', (now, next) => expect(nextStage(now)).toBe(next));
});

describe('what everyone reads', () => {
  it.each([
    [{ lesson: lesson(1), timer: timer('') }, 'Stage 2 of 3: Two'],
    [{ lesson: lesson(null), timer: null }, undefined],
    [{ lesson: lesson(null), timer: timer('Talk') }, 'Talk'],
    [{ lesson: null, timer: timer('') }, 'Timer'],
  ])('is the stage, or what the timer is for (%#)', (display, line) => expect(stageLine(display)).toBe(line));

  it('is the time that is left, never less than none', () => {
    expect(secondsLeft(10_000, 9_001)).toBe(1);
    expect(secondsLeft(420_000, -200)).toBe(420);
    expect(secondsLeft(10_000, 20_000)).toBe(0);
    expect([7, 750, 3_723].map(countdownText)).toEqual(['0:07', '12:30', '1:02:03']);
  });
});

it.each([
  ['/docs/labs/04-seal.html', 'Lab 04'],
  ['/docs/concepts/nonces.html', 'Docs'],
  ['/docs/', 'Docs'],
  ['/inspect', ''],
])('calls a page of the docs at %s by its lab, or “Docs”', (path, title) =>
  expect(docsTitle(path)).toBe(title),
);
