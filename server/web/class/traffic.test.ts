import { expect, it } from 'vitest';
import { FlowSight } from '#classroom/flow-sight';
import { Recorder } from '#tap/recorder';
import { ClassTraffic } from './traffic.ts';

const ADA = { id: 1, role: 'student' } as const;
const CLIENT = { address: '127.0.0.1', port: 45_000 };
const SERVER = { address: '127.0.0.1', port: 5_555 };

/** A stranger’s connection has begun; `end` is what is recorded of its end. The answer: what a student sees who claims its local end. */
function seenAfter(
  ...end: readonly { readonly dir: 'c2s' | 's2c'; readonly how: 'fin' | 'reset' }[]
): number {
  const recorder = new Recorder();
  const sight = new FlowSight({ personOf: () => ADA, isOpened: () => false, leader: () => undefined });
  const traffic = new ClassTraffic(recorder, sight);
  const flow = recorder.nextFlow();
  recorder.record({ kind: 'flow', flow, wire: 'plain', time: 1, client: CLIENT, server: SERVER });
  recorder.record({ kind: 'chunk', flow, dir: 'c2s', time: 2, bytes: Uint8Array.of(1, 2, 3) });
  for (const each of end) recorder.record({ kind: 'end', flow, time: 3, ...each });
  sight.claim({ wire: 'plain', ...CLIENT }, ADA.id);
  return traffic.sourceFor(ADA).events().length;
}

it('shows a connection that began before it was known whose it is, while its client has it open', () => {
  expect(seenAfter()).toBe(2);
  expect(seenAfter({ dir: 's2c', how: 'fin' })).toBe(3);
});

it('shows nothing of a connection whose local end was free again when it was claimed', () => {
  expect(seenAfter({ dir: 'c2s', how: 'fin' })).toBe(0);
  expect(seenAfter({ dir: 's2c', how: 'reset' })).toBe(0);
});
