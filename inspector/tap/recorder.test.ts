import { describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { fromHex } from '#protocol/bytes';
import { wallClock } from './clock.ts';
import { Recorder, type TapChange } from './recorder.ts';

const client = { address: '192.0.2.1', port: 40_000 };
const server = { address: '192.0.2.2', port: 5555 };

const opened = (flow: number): TapEvent => ({ kind: 'flow', flow, wire: 'plain', time: 1, client, server });
const chunk = (flow: number, length: number): TapEvent => {
  return { kind: 'chunk', flow, dir: 'c2s', time: 2, bytes: new Uint8Array(length) };
};
const ended = (flow: number, dir: 'c2s' | 's2c', how: 'fin' | 'reset' = 'fin'): TapEvent => {
  return { kind: 'end', flow, dir, time: 3, how };
};
const flowsIn = (recorder: Recorder) =>
  recorder.events().flatMap((event) => (event.kind === 'flow' ? [event.flow] : []));
const listenTo = (recorder: Recorder) => {
  const heard: TapChange[] = [];
  const stop = recorder.subscribe((change) => heard.push(change));
  return { heard, stop };
};

describe('a recorder under its cap', () => {
  it('drops the flows that it is told to, with their secrets, and ignores what still comes of them', () => {
    const recorder = new Recorder({ now: () => 7.25 });
    for (const event of [opened(1), opened(2), chunk(1, 3), chunk(2, 3)]) recorder.record(event);
    recorder.secret('EXPORTER_SECRET 00 11', 1);
    recorder.secret('EXPORTER_SECRET 22 33', 2);
    const { heard } = listenTo(recorder);
    recorder.drop([1]);
    recorder.record(chunk(1, 3));
    expect(heard).toEqual([{ kind: 'forget', flows: [1] }]);
    expect(recorder.events().map(({ flow }) => flow)).toEqual([2, 2, 2]);
    const before = recorder.held;
    recorder.drop([2]);
    expect(before).toBeGreaterThan(0);
    expect(recorder.held).toBe(0);
  });

  it('keeps every event in the order in which it happened', () => {
    const recorder = new Recorder();
    const bytes = fromHex('00000002 7b7d');
    const events: TapEvent[] = [
      opened(1),
      { kind: 'secret', time: 1, line: 'CLIENT_RANDOM 00 11' },
      opened(2),
      { kind: 'chunk', flow: 1, dir: 'c2s', time: 2, bytes },
      ended(2, 'c2s'),
      ended(1, 's2c', 'reset'),
    ];
    for (const event of events) recorder.record(event);
    expect(recorder.events()).toEqual(events);
  });

  it('tells a listener of what happens until it is stopped', () => {
    const recorder = new Recorder({ now: () => 7.25 });
    recorder.record(opened(1));
    const { heard, stop } = listenTo(recorder);
    recorder.record(chunk(1, 3));
    recorder.secret('EXPORTER_SECRET 00 11');
    stop();
    recorder.record(ended(1, 'c2s'));
    expect(heard).toEqual([chunk(1, 3), { kind: 'secret', time: 7.25, line: 'EXPORTER_SECRET 00 11' }]);
  });

  it('hands out a list that later events do not change', () => {
    const recorder = new Recorder();
    recorder.record(opened(1));
    const before = recorder.events();
    recorder.record(chunk(1, 1));
    expect(before).toEqual([opened(1)]);
  });

  it('numbers flows without repeating itself', () => {
    const recorder = new Recorder();
    expect([recorder.nextFlow(), recorder.nextFlow(), recorder.nextFlow()]).toEqual([1, 2, 3]);
  });
});

describe('a recorder at its cap', () => {
  it('drops finished flows before older open ones', () => {
    const recorder = new Recorder({ cap: 10_000 });
    const { heard } = listenTo(recorder);
    recorder.record(opened(1));
    for (const flow of [2, 3]) {
      recorder.record(opened(flow));
      recorder.record(chunk(flow, 1_500));
      recorder.record(ended(flow, 'c2s'));
      recorder.record(ended(flow, 's2c'));
    }
    recorder.record(opened(4));
    recorder.record(chunk(4, 3_000));
    expect(heard.at(-1)).toEqual({ kind: 'forget', flows: [2] });
    expect(flowsIn(recorder)).toEqual([1, 3, 4]);
    expect(recorder.events()).not.toContainEqual(chunk(2, 1_500));
    expect(recorder.held).toBeLessThanOrEqual(10_000);
  });

  it('counts a reset as the end of both directions', () => {
    const recorder = new Recorder({ cap: 5_000 });
    recorder.record(opened(1));
    recorder.record(opened(2));
    recorder.record(chunk(2, 1_000));
    recorder.record(ended(2, 's2c', 'reset'));
    recorder.record(chunk(1, 2_500));
    expect(flowsIn(recorder)).toEqual([1]);
  });

  it('drops the oldest open flow when none is finished, and ignores what follows in it', () => {
    const recorder = new Recorder({ cap: 6_000 });
    const { heard } = listenTo(recorder);
    for (const flow of [1, 2]) recorder.record(opened(flow));
    recorder.record(chunk(1, 3_000));
    recorder.record(chunk(2, 1_000));
    expect(heard.at(-1)).toEqual({ kind: 'forget', flows: [1] });
    recorder.record(chunk(1, 10));
    recorder.record(ended(1, 'c2s'));
    expect(recorder.events()).toEqual([opened(2), chunk(2, 1_000)]);
    expect(heard.at(-1)).toEqual({ kind: 'forget', flows: [1] });
  });

  it('holds no flow that alone is larger than the cap', () => {
    const recorder = new Recorder({ cap: 1_000 });
    recorder.record(opened(1));
    recorder.record(chunk(1, 1_001));
    expect([recorder.events(), recorder.held]).toEqual([[], 0]);
  });

  it('stays under it through many short flows', () => {
    const recorder = new Recorder({ cap: 50_000 });
    for (let i = 0; i < 5_000; i++) {
      const flow = recorder.nextFlow();
      recorder.record(opened(flow));
      recorder.record(chunk(flow, 100));
      recorder.record(ended(flow, 's2c', 'reset'));
      expect(recorder.held).toBeLessThanOrEqual(50_000);
    }
    expect(flowsIn(recorder).at(-1)).toBe(5_000);
    expect(flowsIn(recorder).length).toBeGreaterThan(15);
  });

  it('caps secrets as well, oldest first, and keeps the flows', () => {
    const recorder = new Recorder({ secretCap: 3_000 });
    recorder.record(opened(1));
    for (let i = 0; i < 100; i++) recorder.secret(`LABEL ${i}`);
    const lines = recorder.events().flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.at(-1)).toBe('LABEL 99');
    expect(flowsIn(recorder)).toEqual([1]);
  });
});

describe('a chunk in the recorder', () => {
  it('is copied, and packed with others of its flow into one block', () => {
    const recorder = new Recorder();
    recorder.record(opened(1));
    const bytes = fromHex('0102');
    recorder.record({ ...chunk(1, 0), bytes } as TapEvent);
    bytes.fill(0xff);
    recorder.record({ ...chunk(1, 0), bytes } as TapEvent);
    const kept = recorder.events().flatMap((event) => (event.kind === 'chunk' ? [event.bytes] : []));
    expect(kept).toEqual([fromHex('0102'), fromHex('ffff')]);
    expect(kept[0]?.buffer).toBe(kept[1]?.buffer);
  });

  it('counts as much as the process grows by it, not only its bytes', () => {
    const recorder = new Recorder();
    recorder.record(opened(1));
    const before = recorder.held;
    for (let i = 0; i < 1_000; i++) recorder.record(chunk(1, 20));
    // 20,000 bytes in blocks that double, and 300 bytes for each event.
    expect(recorder.held - before).toBeGreaterThanOrEqual(1_000 * 300 + 20_000);
  });
});

describe('the clock', () => {
  it('shows the wall-clock time with microseconds', () => {
    const now = wallClock();
    const times = Array.from({ length: 200 }, () => now());
    for (const time of times) expect(Math.abs(time - Date.now())).toBeLessThan(1_000);
    expect(times.some((time) => time % 1 !== 0)).toBe(true);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
