import { describe, expect, it } from 'vitest';
import { CLASS_CAPS } from '#dissect/page-class';
import { EMPTY_DISPLAY, announced, planned, prolonged, staged, timed } from './display.ts';

const MINUTE = 60_000;
const at = (now: number) => ({ by: 'Lee', now });
const begun = planned(EMPTY_DISPLAY, '45');

describe('a lesson', () => {
  it('begins with no stage open', () => {
    expect(begun.lesson).toMatchObject({
      plan: '45',
      title: 'See what encryption does',
      open: null,
      done: [],
    });
    expect(begun.timer).toBeNull();
  });

  it('gives the open stage the time that its plan says', () => {
    const { lesson, timer } = staged(begun, 1, at(1_000)) ?? EMPTY_DISPLAY;
    expect(lesson).toMatchObject({ open: 1, done: [] });
    expect(timer).toEqual({ text: '', by: 'Lee', ends: 1_000 + 7 * MINUTE });
  });

  it('remembers which stages were open, each once, and opens one again', () => {
    let display = begun;
    for (const stage of [0, 1, 0, 2]) display = staged(display, stage, at(0)) ?? EMPTY_DISPLAY;
    expect(display.lesson).toMatchObject({ open: 2, done: [1, 0] });
    expect(staged(display, 1, at(0))?.lesson).toMatchObject({ open: 1, done: [0, 2] });
  });

  it('takes the time away with the stage', () => {
    const open = staged(begun, 0, at(0)) ?? EMPTY_DISPLAY;
    expect(staged(open, null, at(0))).toMatchObject({ lesson: { open: null, done: [0] }, timer: null });
    expect(planned(open, null)).toEqual(EMPTY_DISPLAY);
  });

  it('leaves a timer of its own alone when it ends between two stages', () => {
    const timer = timed(begun, { seconds: 5, text: 'Break' }, at(0));
    expect(planned(timer, null)).toMatchObject({ lesson: null, timer: { text: 'Break' } });
  });

  it.each([
    ['no lesson', EMPTY_DISPLAY, 0],
    ['no such stage', begun, 7],
    ['no stage open to close', begun, null],
  ])('changes nothing with %s', (_, display, stage) => {
    expect(staged(display, stage, at(0))).toBeUndefined();
  });
});

describe('a timer', () => {
  const running = timed(EMPTY_DISPLAY, { seconds: 60, text: '  Talk to your neighbour ' }, at(1_000));

  it('ends so many seconds from now, and can be taken away', () => {
    expect(running.timer).toEqual({ text: 'Talk to your neighbour', by: 'Lee', ends: 61_000 });
    expect(timed(running, { seconds: null, text: '' }, at(2_000)).timer).toBeNull();
  });

  it('goes on from its end, or from now if that has passed, up to its cap', () => {
    expect(prolonged(running, 60, at(2_000))?.timer?.ends).toBe(121_000);
    expect(prolonged(running, 60, at(100_000))?.timer?.ends).toBe(160_000);
    expect(prolonged(running, CLASS_CAPS.timerSeconds, at(2_000))?.timer?.ends).toBe(
      2_000 + CLASS_CAPS.timerSeconds * 1_000,
    );
    expect(prolonged(EMPTY_DISPLAY, 60, at(0))).toBeUndefined();
  });
});

describe('an announcement', () => {
  it('stands until an empty one takes it away', () => {
    const said = announced(EMPTY_DISPLAY, 'Lunch', at(5));
    expect(said.announcement).toEqual({ text: 'Lunch', by: 'Lee', time: 5 });
    expect(announced(said, ' ', at(6))).toEqual(EMPTY_DISPLAY);
  });
});
