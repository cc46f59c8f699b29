/** A small psk conversation and other flows, for the views of the terminal. */
import pc from 'picocolors';
import { Dissection } from '#dissect/index';
import type { Direction, FlowSummary, TapEvent, WireRecord } from '#dissect/model';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { pskConversation } from '../flows/psk-conversation.ts';
import type { Counted } from '#inspector-cli/views/stats-objects';
import type { Terminal } from '#inspector-cli/output/terminal';

export const HELLO = encodeFrame(encodeMessage({ type: 'say', text: 'hello' }));
export const PONG = encodeFrame(encodeMessage({ type: 'pong' }));
export const TALK = pskConversation({ c2s: [HELLO], s2c: [PONG] });
export const COUNTED: Counted = {
  packets: 16,
  skipped: [{ reason: 'not TCP', count: 2 }],
  payload: {
    segmentPackets: 14,
    bytes: 320,
    delivered: 311,
    unread: [
      { reason: 'sent again', bytes: 8 },
      { reason: 'in a reset', bytes: 1 },
    ],
    missing: 40,
  },
};
export const TERMINAL: Terminal = { colors: pc.createColors(true), width: 80 };

/** Flow 1 with these bytes, one segment each, on a wire that nobody named. */
export function flow(...segments: readonly (readonly [Direction, Uint8Array])[]): TapEvent[] {
  const client = { address: '192.0.2.1', port: 40_000 };
  const server = { address: '192.0.2.2', port: 80 };
  let time = 1_000;
  return [
    { kind: 'flow', flow: 1, time, client, server },
    ...segments.map(([dir, bytes]) => ({ kind: 'chunk', flow: 1, dir, time: ++time, bytes }) as const),
  ];
}

export function dissected(events: readonly TapEvent[], keys = true): Dissection {
  const dissection = new Dissection({ keys });
  dissection.addAll(events);
  return dissection;
}

/** The flow of a record. */
export function flowOf(
  dissected: { flow(id: number): FlowSummary | undefined },
  { flow }: Pick<WireRecord, 'flow'>,
): FlowSummary {
  return dissected.flow(flow) as FlowSummary;
}

export const text = (lines: Iterable<string>): string => [...lines].join('\n');
// eslint-disable-next-line no-control-regex -- colours are control sequences
export const uncoloured = (line: string): string => line.replace(/\u001b\[\d+m/g, '');
