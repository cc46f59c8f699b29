import { expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { Intake } from './intake.ts';

const chunk = (flow: number, time: number): TapEvent => ({
  kind: 'chunk',
  flow,
  dir: 'c2s',
  time,
  bytes: new Uint8Array(1),
});
const many = (count: number): TapEvent[] => Array.from({ length: count }, (_, time) => chunk(1, time));

function handed(intake: Intake, enough = () => false): number[] {
  const times: number[] = [];
  intake.handOn((events) => times.push(...events.map(({ time }) => time)), enough);
  return times;
}

it('passes on each event once and in order, and stops when told to', () => {
  const intake = new Intake();
  intake.push(many(1200));
  const first = handed(intake, () => true);
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(1200);
  expect([...first, ...handed(intake)]).toEqual(many(1200).map(({ time }) => time));
  expect([intake.ready, handed(intake)]).toEqual([0, []]);
});

it('holds everything back while paused, except flows that the tap drops', () => {
  const intake = new Intake();
  intake.pause(true);
  intake.push([chunk(1, 1), chunk(2, 2), { kind: 'secret', time: 3, line: '' }]);
  expect([intake.held, intake.ready, handed(intake)]).toEqual([3, 0, []]);
  intake.drop([1]);
  expect(intake.held).toBe(2);
  intake.pause(false);
  expect(handed(intake)).toEqual([2, 3]);
});

it('is full at its cap', () => {
  const intake = new Intake(3);
  intake.pause(true);
  intake.push(many(2));
  expect(intake.full).toBe(false);
  intake.push(many(1));
  expect(intake.full).toBe(true);
  intake.pause(false);
  expect(intake.full).toBe(false);
});
