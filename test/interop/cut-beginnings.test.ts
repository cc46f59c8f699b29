/** A flow of which the beginning was not captured is never said to be without encryption: nobody can know. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { Direction, TapEvent } from '#dissect/model';
import { CaptureError, readCapture } from '#dissect/capture/read';
import { protectionOf } from '#inspector-cli/views/protection-text';
import { captureNames } from '../support/captures/foreign-captures.ts';
import { describeVectors } from '../support/programs/needs.ts';

const NONE = 'no encryption';

/** The events without the first bytes of each direction of each flow. */
function without(events: readonly TapEvent[], first: Readonly<Record<Direction, number>>): TapEvent[] {
  const left = new Map<string, number>();
  return events.flatMap((event): TapEvent[] => {
    if (event.kind === 'flow') return [{ ...event, midway: true }];
    if (event.kind !== 'chunk') return [event];
    const key = `${event.flow} ${event.dir}`;
    const cut = Math.min(left.get(key) ?? first[event.dir], event.bytes.length);
    left.set(key, (left.get(key) ?? first[event.dir]) - cut);
    return cut === event.bytes.length ? [] : [{ ...event, bytes: event.bytes.subarray(cut) }];
  });
}

function dissected(events: readonly TapEvent[]): Dissection {
  const dissection = new Dissection();
  dissection.addAll(events);
  return dissection;
}

describeVectors('captures', 'sealed flows without their beginning', (folder) => {
  it.each(captureNames(folder))('%s', (name) => {
    const events = eventsOf(readFileSync(join(folder, name)));
    const length = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.nat(3_000));
    fc.assert(
      fc.property(length, length, (c2s, s2c) => {
        for (const flow of dissected(without(events, { c2s, s2c })).flows) {
          expect(protectionOf(flow)).not.toBe(NONE);
        }
      }),
      { numRuns: 6 },
    );
  });
});

describe('any content without its beginning', () => {
  it('has no encryption only where all of it was read as frames', () => {
    const start = fc.constantFrom('', '{"type":"say"', '\0\0\0\x11{"type":"say"}', 'GET / HTTP/1.1\r\n');
    const said = fc.tuple(fc.constantFrom('c2s', 's2c'), start, fc.uint8Array({ maxLength: 60 }));
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 6 }), (all) => {
        const ends = { client: { address: '192.0.2.1', port: 1 }, server: { address: '192.0.2.2', port: 2 } };
        const dissection = dissected([
          { kind: 'flow', flow: 1, time: 0, midway: true, ...ends },
          ...all.map(([dir, text, bytes]): TapEvent => {
            const whole = Uint8Array.from([...Buffer.from(text, 'latin1'), ...bytes]);
            return { kind: 'chunk', flow: 1, dir, time: 0, bytes: whole };
          }),
        ]);
        const flow = dissection.flows[0];
        if (!flow || protectionOf(flow) !== NONE) return;
        expect(dissection.records(1).every(({ proto }) => proto === 'frame')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** A file that is no capture is refused in words, so nothing is said of it. */
function eventsOf(bytes: Uint8Array): readonly TapEvent[] {
  try {
    return readCapture(bytes).events;
  } catch (error) {
    if (error instanceof CaptureError) return [];
    throw error;
  }
}
