/** Flows in numbers: the figures of `--stats`, and their objects for programs. */
import type { CaptureReport } from '#dissect/capture/report';
import type { FlowSummary } from '#dissect/model';
import { FlowCounts } from './flow-counts.ts';
import { protectionOf } from './protection-text.ts';
import { type Selection, startOf } from '../selection.ts';
import { type Stats, StatsCounter } from './traffic-stats.ts';

/** The figures about the file. */
export type Counted = Pick<CaptureReport, 'packets' | 'skipped' | 'payload'>;

export interface FlowFigures {
  readonly flow: FlowSummary;
  readonly segments: number;
  readonly counter: StatsCounter;
}

/** One object per flow, then one for all of them with `flow` null. `counts` may have begun while the file was read. */
export function* statsObjects(
  selection: Selection,
  counted: Counted,
  counts = new FlowCounts(selection),
): Generator<object> {
  const figures = figuresOf(selection, counts);
  for (const { flow, segments, counter } of figures) {
    const { id, client, server, cipher, state, started, waiting } = flow;
    const ends = { client, server };
    const known = {
      flow: id,
      ...ends,
      what: nameOf(flow),
      cipher,
      protection: protectionOf(flow),
      state,
      started,
    };
    yield { ...known, segments, waiting, ...counter.stats(flow) };
  }
  const { packets, skipped, payload } = counted;
  const waiting = figures.reduce((sum, { flow }) => sum + flow.waiting, 0);
  yield {
    flow: null,
    packets,
    skipped,
    payload,
    segments: segmentsOfAll(figures),
    waiting,
    ...total(figures),
  };
}

/** The figures of all flows, or with a filter of those that have a selected record. */
export function figuresOf({ dissection, matches }: Selection, counts: FlowCounts): FlowFigures[] {
  const all = dissection.flows.map((flow) => ({ flow, counter: counts.of(flow) }));
  const meant = matches ? all.filter(({ counter }) => counter.records > 0) : all;
  return meant.map((each) => ({ ...each, segments: each.flow.segments }));
}

export function total(figures: readonly FlowFigures[]): Stats {
  const all = new StatsCounter();
  for (const { counter } of figures) all.addAll(counter);
  if (figures.length === 0) return all.stats({ started: 0, last: 0 });
  const flows = figures.map(({ flow }) => flow);
  const last = flows.reduce((latest, flow) => Math.max(latest, flow.last), -Infinity);
  return all.stats({ started: startOf(flows), last });
}

export function segmentsOfAll(figures: readonly FlowFigures[]): number {
  return figures.reduce((sum, { segments }) => sum + segments, 0);
}

export function nameOf({ wire, stack }: FlowSummary): string {
  return wire ?? stack.join(' ◄ ');
}
