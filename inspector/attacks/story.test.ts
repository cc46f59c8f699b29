import { expect, it } from 'vitest';
import type { Step } from './contract.ts';
import { HAPPENINGS_CAP, Story } from './story.ts';

it('tells what the others saw before Mallory’s next step, and counts what happened again', async () => {
  const told: Step[] = [];
  const story = new Story((step) => void told.push(step));
  const refusal: Step = { place: 'server', title: 'The server ends a connection', text: 'bad_record' };
  const back: Step = { place: 'victim', title: 'ana’s client is in the room' };
  for (const step of [refusal, back, refusal, back]) story.happens(step);
  expect(told).toEqual([]);
  await story.step({ title: 'hers' });
  await story.end();
  expect(told).toEqual([{ ...refusal, times: 2 }, { ...back, times: 2 }, { title: 'hers' }]);
  expect(story.steps).toEqual(told);
});

it('leaves out what nobody could read, and says so', async () => {
  const story = new Story();
  for (let at = 0; at < HAPPENINGS_CAP + 3; at++) story.happens({ place: 'server', title: String(at) });
  await story.end();
  expect(story.steps).toHaveLength(HAPPENINGS_CAP + 1);
  expect(story.steps.at(-1)?.title).toBe('3 more of these');
});
