/**
 * What everyone in a class is shown, and how those who lead change it. Times are milliseconds since 1970; `by` is the name
 * of whoever asks. A function returns undefined where there is nothing to change.
 */
import { CLASS_CAPS, type Display, type PlanId } from '#dissect/page-class';
import { PLANS } from './plans.ts';

export const EMPTY_DISPLAY: Display = { announcement: null, lesson: null, timer: null };

/** Who changes it, and when. */
export interface Hand {
  readonly by: string;
  readonly now: number;
}

export function announced(display: Display, text: string, { by, now }: Hand): Display {
  return { ...display, announcement: text.trim() === '' ? null : { text, by, time: now } };
}

/** A lesson begins with no stage open. Its end takes the timer of the open stage away. */
export function planned(display: Display, plan: PlanId | null): Display {
  const timer = display.lesson?.open == null ? display.timer : null;
  const lesson = plan === null ? null : { plan, ...PLANS[plan], open: null, done: [] };
  return { ...display, timer, lesson };
}

/** An open stage has a timer, which ends when its minutes are over. */
export function staged(display: Display, stage: number | null, { by, now }: Hand): Display | undefined {
  const { lesson } = display;
  if (!lesson || lesson.open === stage) return undefined;
  const opened = stage === null ? undefined : lesson.stages[stage];
  if (stage !== null && !opened) return undefined;
  const done = lesson.open === null ? lesson.done : [...new Set([...lesson.done, lesson.open])];
  return {
    ...display,
    lesson: { ...lesson, open: stage, done: done.filter((each) => each !== stage) },
    timer: opened ? { text: '', by, ends: now + opened.minutes * 60_000 } : null,
  };
}

export function timed(
  display: Display,
  { seconds, text }: { readonly seconds: number | null; readonly text: string },
  { by, now }: Hand,
): Display {
  return {
    ...display,
    timer: seconds === null ? null : { text: text.trim(), by, ends: now + seconds * 1_000 },
  };
}

/** A timer that has run out goes on from now. */
export function prolonged(display: Display, seconds: number, { now }: Hand): Display | undefined {
  const { timer } = display;
  if (!timer) return undefined;
  const ends = Math.max(timer.ends, now) + seconds * 1_000;
  return { ...display, timer: { ...timer, ends: Math.min(ends, now + CLASS_CAPS.timerSeconds * 1_000) } };
}
