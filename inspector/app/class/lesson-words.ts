/** What the page says of a lesson and its time. */
import type { Display, Lesson, Stage } from '#dissect/page-class';

export type StageState = 'open' | 'done' | 'ahead';

export const STAGE_WORDS = {
  open: 'now',
  done: 'done',
  ahead: 'to come',
} as const satisfies Record<StageState, string>;

export function stageState({ open, done }: Lesson, stage: number): StageState {
  if (open === stage) return 'open';
  return done.includes(stage) ? 'done' : 'ahead';
}

export function openStage({ lesson }: Pick<Display, 'lesson'>): Stage | undefined {
  return lesson?.open == null ? undefined : lesson.stages[lesson.open];
}

/** The stage to open next: the first one after those that were open, whichever way the lesson went. */
export function nextStage({ stages, open, done }: Lesson): number | undefined {
  const next = Math.max(-1, open ?? -1, ...done) + 1;
  return next < stages.length ? next : undefined;
}

/** `Stage 2 of 7: The plain wire`; without an open stage, what the timer is for; nothing if there is neither. */
export function stageLine(display: Pick<Display, 'lesson' | 'timer'>): string | undefined {
  const { lesson, timer } = display;
  const stage = openStage(display);
  if (lesson?.open != null && stage)
    return `Stage ${lesson.open + 1} of ${lesson.stages.length}: ${stage.title}`;
  return timer ? timer.text || 'Timer' : undefined;
}

/** Milliseconds that the server's clock may seem to be behind, because its word took that long. */
const ON_THE_WAY_MS = 250;

/** Whole seconds that are left; 0 when the time is up. Seven minutes do not begin with one second more. */
export function secondsLeft(ends: number, now: number): number {
  return Math.max(0, Math.ceil((ends - now - ON_THE_WAY_MS) / 1_000));
}

/** `0:07`, `12:30`, `1:02:03`. */
export function countdownText(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = hours > 0 ? [hours, String(minutes).padStart(2, '0')] : [minutes];
  return [...parts, String(rest).padStart(2, '0')].join(':');
}

/** Whether a place is a page of the docs, which is no view of the workbench. */
export function isDocsPage(place: string): boolean {
  return place.startsWith('/docs/');
}

/** What a page of the docs is called where there is little room: `Lab 04`, or `Docs`; empty for any other path. */
export function docsTitle(path: string): string {
  if (!isDocsPage(path)) return '';
  const [, lab] = /^\/docs\/labs\/(\d\d)-[a-z-]+(?:\.html)?$/.exec(path) ?? [];
  return lab === undefined ? 'Docs' : `Lab ${lab}`;
}
