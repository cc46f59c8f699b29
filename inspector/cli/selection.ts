/** Which records a view shows. */
import type { TakenRecords } from '#dissect/flow';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { FlowSummary, WireRecord } from '#dissect/model';
import type { SegmentSource } from './views/carriers.ts';

/** What a view can ask about a file. Records may be found again on each call, so one pass over them is best. */
export interface Dissected extends SegmentSource {
  /** In the order of their appearance. */
  readonly flows: readonly FlowSummary[];
  flow(id: number): FlowSummary | undefined;
  /** Records of all flows by the time of their completion. */
  allRecords(): Iterable<WireRecord>;
  /** Records of one flow, in its order. */
  records(id: number): Iterable<WireRecord>;
  /** Records of one flow found since the last call, while it is being read. */
  take(id: number): TakenRecords | undefined;
  keySchedule(id: number): readonly Derivation[];
  /** False when everything is shown as an eavesdropper sees it. */
  readonly keys: boolean;
}

export interface Selection {
  readonly dissection: Dissected;
  /** Which records are selected; all of them when absent. */
  readonly matches?: (record: WireRecord, flow: FlowSummary) => boolean;
  /** What is shown in place of a selected record; the record itself when absent. */
  readonly mask?: (record: WireRecord, flow: FlowSummary) => WireRecord;
}

/** Records of all flows by the time of their completion. */
export function* selected(selection: Selection): Generator<WireRecord> {
  for (const [record] of selectedWithFlows(selection)) yield record;
}

/** The same, each with its flow. */
export function* selectedWithFlows(selection: Selection): Generator<readonly [WireRecord, FlowSummary]> {
  const { mask = itself } = selection;
  for (const [record, flow] of chosen(selection)) yield [mask(record, flow), flow];
}

function itself(record: WireRecord): WireRecord {
  return record;
}

function* chosen({ dissection, matches }: Selection): Generator<readonly [WireRecord, FlowSummary]> {
  const flows = new Map(dissection.flows.map((flow) => [flow.id, flow]));
  for (const record of dissection.allRecords()) {
    const flow = flows.get(record.flow);
    if (flow && (!matches || matches(record, flow))) yield [record, flow];
  }
}

/** Records of one flow, in its order. */
export function* selectedOf(
  { dissection, matches, mask = itself }: Selection,
  flow: FlowSummary,
): Generator<WireRecord> {
  for (const record of dissection.records(flow.id)) {
    if (!matches || matches(record, flow)) yield mask(record, flow);
  }
}

/** All flows, or with a filter those that have a selected record. */
export function flowsOf(selection: Selection): readonly FlowSummary[] {
  const { flows } = selection.dissection;
  if (!selection.matches) return flows;
  const meant = new Set<number>();
  for (const [, { id }] of chosen(selection)) {
    meant.add(id);
    if (meant.size === flows.length) break;
  }
  return flows.filter(({ id }) => meant.has(id));
}

/** When the first of them began. */
export function startOf(flows: readonly FlowSummary[]): number {
  return flows.reduce((first, { started }) => Math.min(first, started), Infinity);
}

/** The line for when there is nothing to show. */
export function nothingIn({ dissection }: Selection): string {
  return dissection.flows.length === 0
    ? 'This file contains no TCP connection.'
    : 'No record matches the filter.';
}
