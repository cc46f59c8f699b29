/** What is known of a flow as a whole. */
import type { FlowEvent, FlowSteps } from './flow-steps.ts';
import type { Layer } from './layer.ts';
import type { FlowSummary } from './model.ts';

/** What has been read so far. */
interface Found {
  readonly records: number;
  /** Bytes in these records. */
  readonly bytes: number;
  /** No more records are read. */
  readonly isFull: boolean;
  readonly sealed: number;
  /** When something last crossed. */
  readonly last: number;
}

export function summaryOf(
  { flow: id, wire, client, server, time: started, midway }: FlowEvent,
  { stack, cipher }: Layer,
  steps: FlowSteps,
  found: Found,
): Omit<FlowSummary, 'revision'> {
  return {
    id,
    ...(wire === undefined ? {} : { wire }),
    client,
    server,
    proto: stack[0] ?? 'unknown',
    stack,
    cipher,
    state: stateOf(steps),
    started,
    last: found.last,
    bytes: steps.bytes,
    segments: steps.segmentCount,
    records: found.records,
    sealed: found.sealed,
    ...notShown(steps, found),
    midway: midway === true || steps.beginsWithGap,
  };
}

/** Every byte that crossed is in a record or is counted here. */
function notShown(
  { bytes, cutBytes }: FlowSteps,
  { bytes: shown, isFull }: Found,
): Pick<FlowSummary, 'cut' | 'waiting'> {
  const rest = bytes.c2s + bytes.s2c - shown;
  return isFull ? { cut: rest, waiting: 0 } : { cut: cutBytes, waiting: rest - cutBytes };
}

function stateOf({ ended: { c2s, s2c } }: FlowSteps): FlowSummary['state'] {
  if (c2s === 'reset' || s2c === 'reset') return 'reset';
  if (c2s && s2c) return 'closed';
  return c2s || s2c ? 'half-closed' : 'open';
}
